"""A department on loopback: a real HTTP server on a free port that answers what the test says, and remembers what came."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass
class Seen:
    """One request as it arrived."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: Mapping[str, str]
    body: bytes


Answering = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class LoopbackDepartment:
    """``answer(method, path, handler)`` before ``start``; ``seen`` holds every request."""

    seen: list[Seen] = field(default_factory=list)
    url: str = ""
    _routes: dict[tuple[str, str], Answering] = field(default_factory=dict)
    _runner: web.AppRunner | None = None

    def answer(self, method: str, path: str, handler: Answering | Any) -> None:
        """``handler`` is a coroutine, or JSON that is always given."""
        if not callable(handler):
            body = handler

            async def always(_: web.Request) -> web.StreamResponse:
                return web.json_response(body)

            handler = always
        self._routes[method, path] = handler

    def calls(self, path: str) -> int:
        return sum(1 for seen in self.seen if seen.path == path)

    async def start(self) -> LoopbackDepartment:
        app = web.Application()
        app.router.add_route("*", "/{rest:.*}", self._serve)
        self._runner = web.AppRunner(app, handler_cancellation=True)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        query = {name: request.query.getall(name) for name in request.query}
        body = await request.read()
        self.seen.append(Seen(request.method, request.path, query, request.headers.copy(), body))
        handler = self._routes.get((request.method, request.path))
        if handler is None:
            return web.json_response({"code": "9999", "msg": "no such path"}, status=404)
        return await handler(request)
