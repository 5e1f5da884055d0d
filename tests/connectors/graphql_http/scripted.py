"""Servers that send exactly what a test says: frames of a WebSocket, bytes of an HTTP answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from ssl import SSLContext
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

PATIENCE_S = 10.0
"""Only a test that fails waits so long."""

ACK = '{"type":"connection_ack"}'


def following(data: Any, id_: str = "1") -> str:
    """A ``next`` message."""
    return json.dumps({"id": id_, "type": "next", "payload": {"data": data}})


class Sockets:
    """A WebSocket server. ``talk`` is each connection's script; what arrives is kept in ``got``."""

    def __init__(self, talk: Callable[[Sockets, ServerConnection], Awaitable[None]]) -> None:
        self._talk = talk
        self.url = ""
        self.got: list[Any] = []
        self.headers: list[dict[str, str]] = []
        self._left = asyncio.Event()
        self.close_code: int | None = None

    async def hear(self, socket: ServerConnection) -> Any:
        """The next message of the client."""
        self.got.append(json.loads(await socket.recv()))
        return self.got[-1]

    async def greet(self, socket: ServerConnection) -> None:
        """Up to the subscription."""
        while (await self.hear(socket))["type"] != "connection_init":
            pass
        await socket.send(ACK)
        while (await self.hear(socket))["type"] != "subscribe":
            pass

    async def __call__(self, socket: ServerConnection) -> None:
        assert socket.request is not None
        self.headers.append({name.lower(): value for name, value in socket.request.headers.raw_items()})
        with suppress(ConnectionClosed):
            await self._talk(self, socket)
            while True:
                await self.hear(socket)
        self.close_code = socket.close_code
        self._left.set()

    async def gone(self) -> None:
        """A client has left."""
        async with asyncio.timeout(PATIENCE_S):
            await self._left.wait()


@asynccontextmanager
async def sockets(
    talk: Callable[[Sockets, ServerConnection], Awaitable[None]],
    protocol: str = "graphql-transport-ws",
    ssl: SSLContext | None = None,
) -> AsyncIterator[Sockets]:
    made = Sockets(talk)
    async with serve(made, "127.0.0.1", 0, subprotocols=[Subprotocol(protocol)], ssl=ssl) as server:
        made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        yield made


class Answers:
    """An HTTP server without manners: reads a request, writes ``chunks`` one by one, then closes, or waits for the client
    to leave (``stays``)."""

    def __init__(self, chunks: tuple[bytes, ...], *, stays: bool) -> None:
        self._chunks = chunks
        self._stays = stays
        self.url = ""
        self.requests: list[str] = []
        self._left = asyncio.Event()

    async def gone(self) -> None:
        """A client has left, or has been left."""
        async with asyncio.timeout(PATIENCE_S):
            await self._left.wait()

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            self.requests.append(head)
            for chunk in self._chunks:
                writer.write(chunk)
                await writer.drain()
            if self._stays:
                while await reader.read(65_536):
                    pass
        self._left.set()
        writer.close()


@asynccontextmanager
async def answers(*chunks: bytes, stays: bool = False) -> AsyncIterator[Answers]:
    made = Answers(chunks, stays=stays)
    server = await asyncio.start_server(made, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    try:
        yield made
    finally:
        server.close()


STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nConnection: close\r\n\r\n"
