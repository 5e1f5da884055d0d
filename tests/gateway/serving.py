"""An ASGI application behind a real server on a port of its own."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn


def bound_socket() -> socket.socket:
    """On a free port of loopback."""
    found = socket.socket()
    found.bind(("127.0.0.1", 0))
    return found


def origin_of(bound: socket.socket) -> str:
    return f"http://127.0.0.1:{bound.getsockname()[1]}"


@asynccontextmanager
async def served(app: Any, bound: socket.socket | None = None) -> AsyncIterator[str]:
    """Gives the origin; the port is bound before anything is asked, so there is nothing to wait for. ``bound``: where the
    application has to know its own address before it is served."""
    with bound or bound_socket() as listening:
        listening.listen(100)
        config = uvicorn.Config(
            app,
            log_config=None,
            log_level="warning",
            lifespan="off",
            http="httptools",
            timeout_graceful_shutdown=5,
        )
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield origin_of(listening)
        finally:
            server.should_exit = True
            await serving
