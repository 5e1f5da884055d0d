"""Loopback SOAP departments, written with lxml and Starlette: nothing of ours answers."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from lxml import etree
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from connectors.channel import Channel
from connectors.egress import LOOPBACK
from connectors.transport import Transport
from tongban.clock import SystemClock

DESCRIPTIONS = Path(__file__).parent / "descriptions"

Answering = Callable[["Seen"], Response]


@dataclass
class Seen:
    """A request as the department got it."""

    headers: dict[str, str]
    content: bytes
    root: etree._Element

    def all(self, local: str) -> list[etree._Element]:
        return list(self.root.iter("{*}" + local))

    def text(self, local: str) -> str | None:
        found = self.all(local)
        return found[0].text if found else None


@dataclass
class Department:
    """A SOAP server on loopback; ``answer`` decides what it says."""

    url: str = ""
    seen: list[Seen] = field(default_factory=list)
    answer: Answering = lambda seen: Response(status_code=500)

    async def serve(self, request: Request) -> Response:
        content = await request.body()
        root = etree.fromstring(content)
        self.seen.append(Seen(dict(request.headers), content, root))
        return self.answer(self.seen[-1])


@asynccontextmanager
async def listening(app: Any) -> AsyncIterator[str]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving


@pytest.fixture
async def department() -> AsyncIterator[Department]:
    found = Department()
    async with listening(Starlette(routes=[Route("/soap", found.serve, methods=["POST"])])) as base:
        found.url = f"{base}/soap"
        yield found


@pytest.fixture
async def channel_to() -> AsyncIterator[Callable[..., Channel]]:
    clock = SystemClock()
    async with AsyncExitStack() as stack:

        def open_channel(url: str, **options: Any) -> Channel:
            transport = Transport(clock=clock, egress_allow=LOOPBACK)
            stack.push_async_callback(transport.close)
            return Channel(transport, url, clock=clock, **options)

        yield open_channel


@pytest.fixture
def files() -> Callable[[str], dict[str, bytes]]:
    def load(folder: str) -> dict[str, bytes]:
        base = DESCRIPTIONS / folder
        return {str(path.relative_to(base)): path.read_bytes() for path in base.rglob("*") if path.is_file()}

    return load
