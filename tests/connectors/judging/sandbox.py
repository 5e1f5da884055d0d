"""The department's sandbox: a real HTTP server on loopback that can be made ill, strict, changed or slow to finish."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from connectors.egress import LOOPBACK
from connectors.judging import Draft
from connectors.judging.opened import NoTokens
from connectors.secrets import HeldSecrets
from connectors.transport import Transport
from tests.connectors.department import LoopbackDepartment
from tests.connectors.judging.parks import MANIFEST, draft
from tongban.clock import SystemClock

KEY = "the-right-key"
PARK = {"parkName": "人民公园", "area": 12.5, "openDate": "20200501", "kindCode": "1"}


@dataclass
class Sandbox:
    """What it does can be changed between two probes."""

    department: LoopbackDepartment = field(default_factory=LoopbackDepartment)
    asks_for_key: bool = True
    health: dict[str, Any] = field(default_factory=lambda: {"status": "UP"})
    park: Any = field(default_factory=lambda: dict(PARK))
    booking: Any = field(default_factory=lambda: {"code": "0000", "data": {"tourNo": "T7"}})
    state: str = "2"

    async def start(self) -> None:
        self.department.answer("GET", "/health", self._healthy)
        self.department.answer("GET", "/parks/P1", self._park)
        self.department.answer("POST", "/tours", self._book)
        self.department.answer("GET", "/tours/T7", self._state)
        await self.department.start()

    def draft(self, text: str = MANIFEST) -> Draft:
        return draft(text, endpoint=self.department.url)

    async def _healthy(self, _: web.Request) -> web.StreamResponse:
        return web.json_response(self.health)

    async def _park(self, request: web.Request) -> web.StreamResponse:
        return self._refused(request) or web.json_response({"code": "0000", "msg": "ok", "data": self.park})

    async def _book(self, request: web.Request) -> web.StreamResponse:
        return self._refused(request) or web.json_response(self.booking)

    async def _state(self, request: web.Request) -> web.StreamResponse:
        return self._refused(request) or web.json_response({"code": "0000", "data": {"state": self.state}})

    def _refused(self, request: web.Request) -> web.StreamResponse | None:
        if self.asks_for_key and request.headers.get("X-Api-Key") != KEY:
            return web.json_response({"code": "9401", "msg": "密钥无效"}, status=401)
        return None


@asynccontextmanager
async def sandbox() -> AsyncIterator[Sandbox]:
    made = Sandbox()
    await made.start()
    try:
        yield made
    finally:
        await made.department.stop()


@asynccontextmanager
async def ground(key: str = KEY) -> AsyncIterator[dict[str, Any]]:
    """What a probe is given by the house."""
    clock = SystemClock()
    transport = Transport(clock=clock, egress_allow=LOOPBACK)
    try:
        secrets = HeldSecrets({"secret://parks/key": key})
        yield {"secrets": secrets, "tokens": NoTokens(), "clock": clock, "transport": transport}
    finally:
        await transport.close()
