"""Clients of the streams, written for these tests: each reads no more than its protocol says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx
import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

PROTOCOL = "graphql-transport-ws"
Json = dict[str, Any]


class Stream:
    """An HTTP answer, read as it comes."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._chunks = response.aiter_bytes()
        self._held = b""

    async def until(self, delimiter: bytes) -> bytes:
        """What comes before the delimiter. Raises EOFError."""
        async with asyncio.timeout(20):
            while delimiter not in self._held:
                try:
                    self._held += await anext(self._chunks)
                except StopAsyncIteration:
                    raise EOFError(self._held) from None
        found, _, self._held = self._held.partition(delimiter)
        return found

    async def rest(self) -> bytes:
        async with asyncio.timeout(20):
            return self._held + b"".join([chunk async for chunk in self._chunks])


class Parts(Stream):
    """RFC 2046 §5.1."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__(response)
        boundary = response.headers["content-type"].partition('boundary="')[2].partition('"')[0]
        self.delimiter = b"\r\n--" + boundary.encode()
        self._begun = False

    async def next(self) -> Any:
        """The JSON of the next part; None after the last."""
        if not self._begun:
            assert await self.until(self.delimiter) == b""
            self._begun = True
        await self._at_least(2)
        if self._held.startswith(b"--"):
            assert await self.rest() == b"--\r\n"
            return None
        headers, _, body = (await self.until(self.delimiter)).partition(b"\r\n\r\n")
        assert headers == b"\r\ncontent-type: application/json"
        return orjson.loads(body)

    async def _at_least(self, count: int) -> None:
        async with asyncio.timeout(20):
            while len(self._held) < count:
                self._held += await anext(self._chunks)


class Events(Stream):
    """WHATWG HTML §9.2.6."""

    async def next(self) -> Any:
        """(event, data) of the next one that is no comment; None at the end."""
        while True:
            try:
                block = (await self.until(b"\n\n")).decode()
            except EOFError:
                return None
            lines = dict(line.split(":", 1) for line in block.split("\n") if not line.startswith(":"))
            if lines:
                data = lines["data"].strip()
                return lines["event"].strip(), orjson.loads(data) if data else None


@asynccontextmanager
async def asking(url: str, accept: str, body: Json, **headers: str) -> AsyncIterator[httpx.Response]:
    async with (
        httpx.AsyncClient(timeout=20) as client,
        client.stream("POST", url, json=body, headers={"accept": accept, **headers}) as response,
    ):
        yield response


class Caller:
    """One connection of ``graphql-transport-ws``."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def say(self, **message: Any) -> None:
        await self.connection.send(orjson.dumps(message).decode())

    async def hear(self) -> Json:
        async with asyncio.timeout(20):
            heard: Json = orjson.loads(await self.connection.recv())
        return heard

    async def init(self, payload: Json | None = None) -> None:
        await self.say(type="connection_init", **({"payload": payload} if payload is not None else {}))
        assert await self.hear() == {"type": "connection_ack"}

    async def subscribe(self, id: str, query: str, **more: Any) -> None:
        await self.say(type="subscribe", id=id, payload={"query": query, **more})

    async def closed(self) -> int:
        """The code with which the other side closes; what it says before is not heard."""
        async with asyncio.timeout(20):
            with suppress(ConnectionClosed):
                while True:
                    await self.connection.recv()
        code = self.connection.close_code
        assert code is not None
        return code


@asynccontextmanager
async def calling(url: str, *, protocol: str | None = PROTOCOL, **headers: str) -> AsyncIterator[Caller]:
    protocols = [Subprotocol(protocol)] if protocol is not None else None
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    async with connect(
        url, subprotocols=protocols, additional_headers=sent, proxy=None, max_size=None
    ) as connection:
        yield Caller(connection)
