"""Events to count, and a database whose commits cannot be trusted to say how they ended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from usage_metrics.events import UsageEvent

AT_S = 1_790_000_000.0

_PLAIN: dict[str, Any] = {
    "at_s": AT_S,
    "app": "tongban-app",
    "service": "mca.marriage",
    "client_name": "ios",
    "client_version": "1.0",
    "channel": "app",
    "who": "citizen",
    "latency_ms": 12.0,
    "subject_hash": 1,
}


def an_event(**changes: Any) -> UsageEvent:
    return UsageEvent(**{**_PLAIN, **changes})


class BrokenConnection(Exception):
    """What a caller sees when the line drops: nothing of how the transaction ended."""


class UncertainDatabase(Database):
    """Each write ends as the script says: ``ok``, ``lost`` (rolled back) or ``unheard`` (committed, nobody
    told).
    """

    def __init__(self, url: str, script: list[str]) -> None:
        super().__init__(url)
        self.script = script
        self.heard = asyncio.Event()
        """A write has ended well."""

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        ending = self.script.pop(0) if self.script else "ok"
        async with super().write() as connection:
            yield connection
            if ending == "lost":
                raise BrokenConnection
        if ending == "unheard":
            raise BrokenConnection
        self.heard.set()
