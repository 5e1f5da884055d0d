"""Loopback GraphQL departments made with ariadne: a Federation 2 subgraph and a plain server."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
import uvicorn
from graphql import OperationType, parse, parse_type

from connectors.channel import Channel
from connectors.egress import LOOPBACK
from connectors.transport import Transport
from federation.subgraph import PlannedFetch
from tongban.clock import SystemClock


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
async def serve() -> AsyncIterator[Callable[[Any], Any]]:
    """Serves an ASGI app on loopback for the length of a test; gives its address."""
    async with AsyncExitStack() as stack:

        async def start(app: Any) -> str:
            return await stack.enter_async_context(listening(app))

        yield start


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
def planned() -> Callable[..., PlannedFetch]:
    """A planned fetch from text, as the planner would make it."""

    def make(text: str, entity_types: Any = (), variables: Any = ()) -> PlannedFetch:
        operation: Any = parse(text, no_location=True).definitions[0]
        return PlannedFetch(
            "samr",
            OperationType(operation.operation.value),
            operation.selection_set,
            tuple(entity_types),
            tuple((name, parse_type(type_, no_location=True)) for name, type_ in variables),
            "Op",
        )

    return make
