"""What a department's server does instead of answering, as the control address asks for it.

Refusing and resetting connections are the listener's; all else is here.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta, timezone

from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from demo.context import Context

MODES = ("ok", "down", "hang", "slow", "html", "error500", "reset", "trickle")

SLOW_DELAY_MS = 3000
TRICKLE_DELAY_MS = 1000

HEALTH_PATH = "/health"
"""Every department's own; as ill as the department is."""

_SHANGHAI = timezone(timedelta(hours=8))
_PEAK_DAY = 15
_PEAK_FACTOR = 10
_USUAL_MS = 20.0

LOGIN_PAGE = """<!DOCTYPE html>
<html lang="zh"><head><meta charset="utf-8"><title>统一登录</title></head>
<body><h1>请先登录</h1><form method="post" action="/login">
<input name="username"><input name="password" type="password"><button>登录</button></form></body></html>
"""

MAINTENANCE_PAGE = """<!DOCTYPE html>
<html lang="zh"><head><meta charset="utf-8"><title>系统维护</title></head>
<body><p>系统维护时间:每日 02:00 至 04:00,请稍后再试。</p></body></html>
"""


@dataclass(slots=True)
class Behaviour:
    """The mode now, and how often the server was asked at all."""

    mode: str = "ok"
    delay_ms: int = 0
    requests: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def switch(self, mode: str, delay_ms: int) -> None:
        """Requests that hang are let go."""
        self.mode, self.delay_ms = mode, delay_ms
        self.changed.set()
        self.changed = asyncio.Event()


class Faulty:
    """An ASGI app around a department's own."""

    def __init__(self, app: ASGIApp, behaviour: Behaviour, context: Context) -> None:
        self._app = app
        self._behaviour = behaviour
        self._context = context

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        self._behaviour.requests += 1
        if "nightly_window" in self._context.traits and 2 <= self._hour() < 4:
            await HTMLResponse(MAINTENANCE_PAGE, 503)(scope, receive, send)
            return
        await self._behave(scope, receive, send)

    async def _behave(self, scope: Scope, receive: Receive, send: Send) -> None:
        mode, delay_s = self._behaviour.mode, self._behaviour.delay_ms / 1000
        if mode == "hang":
            await self._hang(receive)
            await PlainTextResponse("hung up", 503)(scope, receive, send)
        elif mode == "trickle":
            await self._app(scope, receive, _Trickle(send, delay_s or TRICKLE_DELAY_MS / 1000))
        else:
            await asyncio.sleep(delay_s or (SLOW_DELAY_MS / 1000 if mode == "slow" else 0))
            await self._answer(mode, scope["path"])(scope, receive, send)

    def _answer(self, mode: str, path: str) -> ASGIApp:
        if mode == "html":
            return HTMLResponse(LOGIN_PAGE)
        if mode == "error500":
            return PlainTextResponse("Internal Server Error", 500)
        if path == HEALTH_PATH:
            return JSONResponse({"status": "UP"})
        return self._peak if "monthly_peak" in self._context.traits else self._app

    async def _peak(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Ten times the latency, on the one day of the month."""
        if self._context.now().astimezone(_SHANGHAI).day == _PEAK_DAY:
            await asyncio.sleep((_PEAK_FACTOR - 1) * _USUAL_MS / 1000)
        await self._app(scope, receive, send)

    async def _hang(self, receive: Receive) -> None:
        """Until the caller gives up or the mode changes."""
        gone = asyncio.ensure_future(_disconnected(receive))
        changed = asyncio.ensure_future(self._behaviour.changed.wait())
        try:
            await asyncio.wait((gone, changed), return_when=asyncio.FIRST_COMPLETED)
        finally:
            gone.cancel()
            changed.cancel()

    def _hour(self) -> int:
        return self._context.now().astimezone(_SHANGHAI).hour


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


class _Trickle:
    """Sends an answer's body a byte at a time."""

    def __init__(self, send: Send, delay_s: float) -> None:
        self._send = send
        self._delay_s = delay_s

    async def __call__(self, message: Message) -> None:
        if message["type"] != "http.response.body":
            await self._send(message)
            return
        for byte in message.get("body", b""):
            await self._send({"type": "http.response.body", "body": bytes((byte,)), "more_body": True})
            await asyncio.sleep(self._delay_s)
        await self._send(
            {"type": "http.response.body", "body": b"", "more_body": message.get("more_body", False)}
        )
