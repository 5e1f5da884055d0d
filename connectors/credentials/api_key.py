"""``apiKey``: a fixed value in a header or in the query."""

from __future__ import annotations

from typing import Literal
from urllib.parse import quote

from connectors.credentials.outgoing import Outgoing
from federation.subgraph import FetchContext


class ApiKey:
    __slots__ = ("_name", "_value", "_where")

    def __init__(self, where: Literal["header", "query"], name: str, value: str) -> None:
        self._where = where
        self._name = name
        self._value = value

    async def apply(self, outgoing: Outgoing, context: FetchContext, deadline_s: float) -> None:
        if self._where == "header":
            outgoing.headers[self._name] = self._value
            return
        joint = "&" if "?" in outgoing.url else "?"
        outgoing.url = f"{outgoing.url}{joint}{quote(self._name, safe='')}={quote(self._value, safe='')}"

    async def renew(self, context: FetchContext, deadline_s: float) -> bool:
        return False
