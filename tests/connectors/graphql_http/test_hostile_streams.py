"""Whatever comes over a WebSocket or an event stream: one last typed result, never a hang, nobody's words."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection

from connectors.channel import Channel
from connectors.graphql_http.plain import PlainSubgraph
from connectors.graphql_http.posting import Poster
from connectors.manifest.model import Subscriptions
from connectors.manifest.runtime import Limits
from federation.subgraph import FetchContext, FetchResult, PlannedFetch
from tests.connectors.graphql_http.scripted import (
    ACK,
    PATIENCE_S,
    STREAM,
    Sockets,
    answers,
    following,
    sockets,
)
from tongban.errors import ErrorCode

CANARY = "990101199001011238"
ChannelTo = Callable[..., Channel]
Planned = Callable[..., PlannedFetch]


def events(channel: Channel, fetch: PlannedFetch, protocol: Any) -> AsyncGenerator[FetchResult, None]:
    said = Subscriptions(protocol) if protocol else None
    subgraph = PlainSubgraph("s", "", Poster(channel, channel.endpoint + "/"), said)
    return subgraph.prepare_events(fetch).events({}, FetchContext())


@pytest.fixture
def fetch(planned: Planned) -> PlannedFetch:
    return planned("subscription { ticked }")


async def over_a_socket(
    channel_to: ChannelTo, fetch: PlannedFetch, *frames: str | bytes
) -> list[FetchResult]:
    """What comes of these frames, sent once the client has subscribed."""

    async def talk(server: Sockets, socket: ServerConnection) -> None:
        await server.greet(socket)
        for frame in frames:
            await socket.send(frame)

    async with sockets(talk) as server, asyncio.timeout(PATIENCE_S):
        channel = channel_to(server.url, limits=Limits(max_body_bytes=1000))
        return [result async for result in events(channel, fetch, "websocket")]


def assert_broken(found: list[FetchResult], code: ErrorCode = ErrorCode.DEPARTMENT_ERROR) -> None:
    last = found[-1]
    assert last.data is None
    assert [(error.code, error.path) for error in last.errors] == [(code, ())]
    assert CANARY not in repr(found) + "".join(error.detail for error in last.errors)


@pytest.mark.parametrize(
    "frame",
    [
        CANARY,
        "[" * 5000,
        "null",
        json.dumps([CANARY]),
        json.dumps({"type": CANARY}),
        json.dumps({"id": "1", "type": "next"}),
        json.dumps({"id": "1", "type": "next", "payload": CANARY}),
        json.dumps({"id": "1", "type": "next", "payload": {"neither": CANARY}}),
        json.dumps({"id": "1", "type": "error", "payload": []}),
        json.dumps({"id": "1", "type": "error", "payload": CANARY}),
        json.dumps({"id": {"a": 1}, "type": "complete"}),
        json.dumps({"type": ["next"]}),
        following({"ticked": CANARY}, "2"),
        following({"ticked": CANARY * 100}),
        following({"ticked": CANARY}).encode(),
        ACK,
    ],
)
async def test_a_frame_that_breaks_the_protocol_ends_the_stream(
    channel_to: ChannelTo, fetch: PlannedFetch, frame: str | bytes
) -> None:
    found = await over_a_socket(channel_to, fetch, following({"ticked": 1}), frame)
    assert found[0].data == {"ticked": 1}
    assert len(found) == 2
    assert_broken(found)


@pytest.mark.parametrize("frame", [following({"ticked": CANARY}), '{"type":"complete","id":"1"}', "{}"])
async def test_nothing_is_taken_before_the_acknowledgement(
    channel_to: ChannelTo, fetch: PlannedFetch, frame: str
) -> None:
    async def talk(server: Sockets, socket: ServerConnection) -> None:
        await server.hear(socket)
        await socket.send(frame)

    async with sockets(talk) as server:
        found = [result async for result in events(channel_to(server.url), fetch, "websocket")]
    assert len(found) == 1
    assert_broken(found)


async def test_errors_of_an_operation_are_the_last_result_and_of_the_whole(
    channel_to: ChannelTo, fetch: PlannedFetch
) -> None:
    payload = [{"message": "no such field", "path": ["ticked"], "extensions": {"code": "NOPE"}}, CANARY]
    frame = json.dumps({"id": "1", "type": "error", "payload": payload})
    (only,) = await over_a_socket(channel_to, fetch, frame, following({"ticked": 1}))
    assert only.data is None
    assert [(e.message, e.path, e.upstream_code) for e in only.errors] == [("no such field", (), "NOPE")]


async def test_a_server_that_never_acknowledges_is_given_up(
    channel_to: ChannelTo, fetch: PlannedFetch
) -> None:
    async def talk(server: Sockets, socket: ServerConnection) -> None:
        while True:
            await socket.send('{"type":"ping"}')
            await server.hear(socket)

    async with sockets(talk) as server:
        channel = channel_to(server.url, limits=Limits(timeout_s=0.3))
        found = [result async for result in events(channel, fetch, "websocket")]
        await server.gone()
    assert_broken(found, ErrorCode.DEPARTMENT_TIMEOUT)


async def test_a_server_that_never_answers_the_handshake_is_given_up(
    channel_to: ChannelTo, fetch: PlannedFetch
) -> None:
    async with answers(stays=True) as server:
        channel = channel_to(server.url, limits=Limits(timeout_s=0.3))
        for protocol in ("websocket", "sse", None):
            found = [result async for result in events(channel, fetch, protocol)]
            assert_broken(found, ErrorCode.DEPARTMENT_TIMEOUT)


@pytest.mark.parametrize(
    ("close_code", "code"),
    [
        (1000, ErrorCode.DEPARTMENT_UNAVAILABLE),
        (1011, ErrorCode.DEPARTMENT_UNAVAILABLE),
        (4400, ErrorCode.DEPARTMENT_UNAVAILABLE),
        (4401, ErrorCode.BACKEND_AUTH),
        (4403, ErrorCode.DEPARTMENT_ERROR),
        (4429, ErrorCode.RATE_LIMITED),
    ],
)
async def test_an_early_close_is_told_by_its_code(
    channel_to: ChannelTo, fetch: PlannedFetch, close_code: int, code: ErrorCode
) -> None:
    async def talk(server: Sockets, socket: ServerConnection) -> None:
        await server.greet(socket)
        await socket.send(following({"ticked": 1}))
        await socket.close(close_code, CANARY)

    async with sockets(talk) as server:
        found = [result async for result in events(channel_to(server.url), fetch, "websocket")]
    assert len(found) == 2
    assert_broken(found, code)


async def test_a_connection_that_breaks_is_one_last_result(
    channel_to: ChannelTo, fetch: PlannedFetch
) -> None:
    async def talk(server: Sockets, socket: ServerConnection) -> None:
        await server.greet(socket)
        socket.transport.abort()

    async with sockets(talk) as server:
        found = [result async for result in events(channel_to(server.url), fetch, "websocket")]
    assert_broken(found, ErrorCode.DEPARTMENT_UNAVAILABLE)


async def test_another_subprotocol_is_not_spoken(channel_to: ChannelTo, fetch: PlannedFetch) -> None:
    async def talk(server: Sockets, socket: ServerConnection) -> None:
        await server.hear(socket)

    async with sockets(talk, "graphql-ws") as server:
        found = [result async for result in events(channel_to(server.url), fetch, "websocket")]
    assert_broken(found)


@pytest.mark.parametrize(
    "body",
    [
        b"event: next\ndata: " + CANARY.encode() + b"\n\n",
        b"event: next\n\n",
        b'event: next\ndata: {"neither": 1}\n\n',
        b"event: next\ndata: " + b"x" * 2000,
        b": " + b"x" * 2000,
    ],
    ids=["no object", "no data", "no answer", "too large", "a line too long"],
)
async def test_an_event_that_is_none_ends_the_stream(
    channel_to: ChannelTo, fetch: PlannedFetch, body: bytes
) -> None:
    good = b'event: next\ndata: {"data": {"ticked": 1}}\n\n'
    async with answers(STREAM, good, body, stays=True) as server:
        channel = channel_to(server.url, limits=Limits(max_body_bytes=1000))
        found = [result async for result in events(channel, fetch, "sse")]
        await server.gone()
    assert [result.data for result in found] == [{"ticked": 1}, None]
    assert_broken(found)


@pytest.mark.parametrize(
    "end",
    [b"", b"event: next\ndata: {", b"data: unknown\n\nevent: other\ndata: ignored\n\n"],
    ids=["silence", "half an event", "events of other names"],
)
async def test_a_stream_that_ends_without_completing_broke_off(
    channel_to: ChannelTo, fetch: PlannedFetch, end: bytes
) -> None:
    async with answers(STREAM, end) as server:
        found = [result async for result in events(channel_to(server.url), fetch, "sse")]
    assert len(found) == 1
    assert_broken(found, ErrorCode.DEPARTMENT_UNAVAILABLE)


@pytest.mark.parametrize(
    ("head", "code"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html", ErrorCode.DEPARTMENT_ERROR),
        (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/", ErrorCode.DEPARTMENT_ERROR),
        (b"HTTP/1.1 401 Unauthorized", ErrorCode.BACKEND_AUTH),
        (b"HTTP/1.1 429 Too Many Requests", ErrorCode.RATE_LIMITED),
        (b"HTTP/1.1 503 Service Unavailable", ErrorCode.DEPARTMENT_UNAVAILABLE),
        (
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Encoding: gzip",
            ErrorCode.DEPARTMENT_ERROR,
        ),
        (CANARY.encode(), ErrorCode.DEPARTMENT_ERROR),
    ],
    ids=["html", "redirect", "401", "429", "503", "packed", "no http"],
)
@pytest.mark.parametrize("protocol", ["websocket", "sse", None])
async def test_what_is_no_stream_is_a_typed_error(
    channel_to: ChannelTo, fetch: PlannedFetch, protocol: str | None, head: bytes, code: ErrorCode
) -> None:
    async with answers(head + b"\r\nConnection: close\r\n\r\n" + CANARY.encode()) as server:
        found = [result async for result in events(channel_to(server.url), fetch, protocol)]
    assert len(found) == 1
    assert_broken(found, code)


BIG = json.dumps({"data": {"ticked": "x" * 100_000}})


class Pushing:
    """Sends big events for ever; tells when nothing more gets out."""

    def __init__(self) -> None:
        self.sent = 0
        self.blocked = asyncio.Event()

    async def push(self, send: Callable[[], Awaitable[None]]) -> None:
        while True:
            sending = asyncio.ensure_future(send())
            done, _ = await asyncio.wait([sending], timeout=0.5)
            if not done:
                self.blocked.set()
            await sending
            self.sent += 1

    async def over_a_socket(self, server: Sockets, socket: ServerConnection) -> None:
        await server.greet(socket)
        await self.push(lambda: socket.send(f'{{"id":"1","type":"next","payload":{BIG}}}'))

    async def over_http(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(STREAM)

        async def send() -> None:
            writer.write(f"event: next\ndata: {BIG}\n\n".encode())
            await writer.drain()

        with suppress(ConnectionError):
            await self.push(send)
        writer.close()


@asynccontextmanager
async def pushing_over_http(pushing: Pushing) -> AsyncIterator[str]:
    server = await asyncio.start_server(pushing.over_http, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    server.close()


async def held_back(listening: AsyncGenerator[FetchResult, None], pushing: Pushing) -> int:
    """How many events were sent to one who took a single one."""
    async with asyncio.timeout(30):
        await anext(listening)
        await pushing.blocked.wait()
        sent = pushing.sent
        await anext(listening)
        await listening.aclose()
        return sent


async def test_a_slow_listener_holds_the_sender_back(channel_to: ChannelTo, fetch: PlannedFetch) -> None:
    pushing = Pushing()
    async with sockets(pushing.over_a_socket) as server:
        assert await held_back(events(channel_to(server.url), fetch, "websocket"), pushing) < 500
        await server.gone()
    pushing = Pushing()
    async with pushing_over_http(pushing) as url:
        assert await held_back(events(channel_to(url), fetch, "sse"), pushing) < 500
