"""``basic`` and ``bearer``: a fixed ``Authorization`` header (RFC 7617, RFC 6750)."""

from __future__ import annotations

from base64 import b64encode

from connectors.credentials.outgoing import Outgoing
from federation.subgraph import FetchContext


class FixedAuthorization:
    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    async def apply(self, outgoing: Outgoing, context: FetchContext, deadline_s: float) -> None:
        outgoing.headers["Authorization"] = self._value

    async def renew(self, context: FetchContext, deadline_s: float) -> bool:
        return False


def basic(username: str, password: str) -> FixedAuthorization:
    return FixedAuthorization("Basic " + b64encode(f"{username}:{password}".encode()).decode())


def bearer(token: str) -> FixedAuthorization:
    return FixedAuthorization(f"Bearer {token}")
