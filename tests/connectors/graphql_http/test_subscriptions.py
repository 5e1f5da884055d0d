"""Subscriptions from GraphQL servers over real sockets: a server made with ariadne, which speaks both protocols, and
scripted ones where it matters what was said."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import pytest
from ariadne import EnumType, QueryType, SubscriptionType, make_executable_schema
from ariadne.asgi import GraphQL
from ariadne.asgi.handlers import GraphQLHTTPHandler, GraphQLTransportWSHandler
from ariadne.contrib.sse import SSESubscriptionHandler
from graphql import GraphQLError, parse_value
from websockets.asyncio.server import ServerConnection

from connectors.channel import Channel
from connectors.credentials.authorization import bearer
from connectors.credentials.outgoing import Outgoing
from connectors.graphql_http import Combined, PassedThrough, expose, streaming
from connectors.graphql_http.failing import Judge
from connectors.graphql_http.plain import PlainSubgraph
from connectors.graphql_http.posting import Poster
from connectors.manifest.model import Expose, Subscriptions
from federation.subgraph import FetchContext, FetchResult, NotStreaming, PlannedFetch
from tests.connectors.graphql_http.scripted import STREAM, Sockets, answers, following, sockets
from tongban.errors import ErrorCode

CANARY = "990101199001011238"
SDL = """
type Query { version: Int }
type Subscription { ticked(upTo: Int!, kind: Kind): Tick  waited: Int }
type Tick { no: Int! kind: Kind problem: Int }
enum Kind { A B }
"""
CHOICE = Expose(
    include=("Subscription.ticked", "Subscription.waited"),
    rename={
        "Subscription.ticked": "counted",
        "Subscription.ticked.upTo": "many",
        "Tick": "Count",
        "Kind.A": "PLAIN",
    },
)
PROTOCOLS = ["websocket", "sse"]
ChannelTo = Callable[..., Channel]
Planned = Callable[..., PlannedFetch]


class Ticker:
    """A server of both protocols. ``asked``: the request's headers and the payload of ``connection_init``."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.waiting = asyncio.Event()
        self.released = asyncio.Event()

    def app(self) -> Any:
        subscription = SubscriptionType()
        subscription.set_source("ticked", self._ticked)
        subscription.set_source("waited", self._waited)
        subscription.set_field("ticked", lambda tick, *_, **__: tick)
        subscription.set_field("waited", lambda value, *_: value)
        kinds = EnumType("Kind", {"A": "A", "B": "B"})
        schema = make_executable_schema(SDL, subscription, QueryType(), kinds)
        http = GraphQLHTTPHandler(subscription_handlers=[SSESubscriptionHandler()])
        return GraphQL(
            schema, websocket_handler=GraphQLTransportWSHandler(), http_handler=http, logger="tests.silent"
        )

    async def _ticked(self, _: Any, info: Any, upTo: int, kind: str | None = None) -> AsyncIterator[Any]:
        request = info.context["request"]
        self.asked.append({**request.headers, "init": request.scope.get("connection_params")})
        for number in range(upTo):
            if number == 2:
                raise GraphQLError(
                    f"{CANARY} is not for you", extensions={"code": "FORBIDDEN", "cid": CANARY}
                )
            yield {"no": number, "kind": kind, "problem": CANARY if number else None}

    async def _waited(self, _: Any, info: Any) -> AsyncIterator[int]:
        try:
            yield 1
            self.waiting.set()
            await asyncio.Event().wait()
        finally:
            self.released.set()


@pytest.fixture
def ticker() -> Ticker:
    return Ticker()


@pytest.fixture
async def url(serve: Any, ticker: Ticker) -> str:
    return f"{await serve(ticker.app())}/"


def plain(channel: Channel, said: Subscriptions | None, url: str | None = None) -> PlainSubgraph:
    return PlainSubgraph("s", SDL, Poster(channel, url or f"{channel.endpoint}/"), said)


def listen(
    subgraph: Any, fetch: PlannedFetch, *variables: Any, **headers: str
) -> AsyncGenerator[FetchResult, None]:
    context = FetchContext(headers={name.replace("_", "-"): value for name, value in headers.items()})
    found: AsyncGenerator[FetchResult, None] = subgraph.prepare_events(fetch).events(dict(variables), context)
    return found


@pytest.fixture
def ticks(planned: Planned) -> PlannedFetch:
    return planned("subscription { t: ticked(upTo: $n) { no } }", variables=[("n", "Int!")])


@pytest.mark.parametrize("protocol", [*PROTOCOLS, None])
async def test_events_come_one_by_one_until_the_subgraph_completes(
    channel_to: ChannelTo, url: str, ticks: PlannedFetch, protocol: Any
) -> None:
    subgraph = plain(channel_to(url), Subscriptions(protocol) if protocol else None)
    assert [event async for event in listen(subgraph, ticks, ("n", 2))] == [
        FetchResult(data={"t": {"no": 0}}),
        FetchResult(data={"t": {"no": 1}}),
    ]


@pytest.mark.parametrize("protocol", PROTOCOLS)
async def test_an_error_while_events_flow_is_the_last_result(
    channel_to: ChannelTo, url: str, ticks: PlannedFetch, protocol: Any
) -> None:
    subgraph = plain(channel_to(url), Subscriptions(protocol))
    *_, last = [event async for event in listen(subgraph, ticks, ("n", 5))]
    assert last.data is None
    assert [(error.path, error.department) for error in last.errors] == [((), "s")]


@pytest.mark.parametrize("protocol", PROTOCOLS)
async def test_an_operation_that_is_refused_is_one_last_result_in_the_subgraphs_words(
    channel_to: ChannelTo, url: str, planned: Planned, protocol: Any
) -> None:
    subgraph = plain(channel_to(url), Subscriptions(protocol))
    (only,) = [event async for event in listen(subgraph, planned("subscription { nothing }"))]
    assert only.data is None
    assert "nothing" in only.errors[0].message
    assert only.errors[0].upstream_code is not None


@pytest.mark.parametrize("protocol", PROTOCOLS)
async def test_closing_unsubscribes_and_so_does_being_cancelled(
    channel_to: ChannelTo, url: str, ticker: Ticker, planned: Planned, protocol: Any
) -> None:
    subgraph = plain(channel_to(url), Subscriptions(protocol))
    listening = listen(subgraph, planned("subscription { waited }"))
    assert (await anext(listening)).data == {"waited": 1}
    await listening.aclose()
    async with asyncio.timeout(10):
        await ticker.released.wait()
    ticker.released.clear()
    ticker.waiting.clear()

    async def wait() -> None:
        async for _ in listen(subgraph, planned("subscription { waited }")):
            pass

    task = asyncio.create_task(wait())
    async with asyncio.timeout(10):
        await ticker.waiting.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await ticker.released.wait()


async def test_over_a_websocket_complete_is_sent_before_the_close(
    channel_to: ChannelTo, planned: Planned
) -> None:
    async def talk(server: Sockets, socket: ServerConnection) -> None:
        await server.greet(socket)
        await socket.send(following({"waited": 1}))

    async with sockets(talk) as server:
        listening = listen(
            plain(channel_to(server.url), Subscriptions("websocket")), planned("subscription { waited }")
        )
        await anext(listening)
        await listening.aclose()
        await server.gone()
    assert server.got[-1] == {"id": "1", "type": "complete"}
    assert server.close_code == 1000


async def test_what_the_server_has_completed_is_not_completed_again(
    channel_to: ChannelTo, planned: Planned
) -> None:
    async def talk(server: Sockets, socket: ServerConnection) -> None:
        await server.greet(socket)
        await socket.send('{"type":"complete","id":"1"}')

    async with sockets(talk) as server:
        subgraph = plain(channel_to(server.url), Subscriptions("websocket"))
        assert [event async for event in listen(subgraph, planned("subscription { waited }"))] == []
        await server.gone()
    assert [message["type"] for message in server.got] == ["connection_init", "subscribe"]


async def test_pings_are_answered_and_a_silent_server_is_pinged(channel_to: ChannelTo) -> None:
    async def talk(server: Sockets, socket: ServerConnection) -> None:
        await socket.send('{"type":"ping","payload":{"a":1}}')
        await server.greet(socket)
        await socket.send('{"type":"ping"}')
        while (await server.hear(socket))["type"] != "ping":
            pass
        await socket.send('{"type":"pong"}')
        await socket.send(following({"waited": 1}))
        await socket.send('{"type":"complete","id":"1"}')

    async with sockets(talk) as server:
        channel = channel_to(server.url)
        way = streaming.OverWebSocket(channel, server.url, ping_after_s=0.05)
        start = b'{"query":"subscription { waited }","variables":'
        found = [answer.data async for answer in way.answers(start, {}, FetchContext())]
    assert found == [{"waited": 1}]
    assert [m["type"] for m in server.got].count("pong") == 2


async def test_a_server_without_a_sign_of_life_is_given_up(channel_to: ChannelTo) -> None:
    async def talk(server: Sockets, socket: ServerConnection) -> None:
        await server.greet(socket)

    async with sockets(talk) as server:
        channel = channel_to(server.url)
        way = streaming.OverWebSocket(channel, server.url, ping_after_s=0.05, pong_within_s=0.05)
        with pytest.raises(streaming.BackendTimeout):
            await anext(way.answers(b'{"query":"","variables":', {}, FetchContext()))
        await server.gone()


async def test_the_opening_carries_credentials_and_what_is_forwarded_which_never_replaces_ours(
    channel_to: ChannelTo, planned: Planned
) -> None:
    async def talk(server: Sockets, socket: ServerConnection) -> None:
        await server.greet(socket)
        await socket.send('{"type":"complete","id":"1"}')

    fetch = planned("subscription { waited }")
    forwarded = {"authorization": "Bearer theirs", "x_tenant": "east"}
    async with sockets(talk) as server:
        channel = channel_to(server.url, credentials=(bearer("ours"),))
        assert [e async for e in listen(plain(channel, Subscriptions("websocket")), fetch, **forwarded)] == []
    assert server.headers[0]["authorization"] == "Bearer ours"
    assert server.headers[0]["x-tenant"] == "east"
    assert server.got[0]["payload"] == {"Authorization": "Bearer ours", "x-tenant": "east"}
    async with answers(STREAM, b"event: complete\n\n") as http:
        channel = channel_to(http.url, credentials=(bearer("ours"),))
        assert [e async for e in listen(plain(channel, Subscriptions("sse")), fetch, **forwarded)] == []
    (request,) = http.requests
    assert "Authorization: Bearer ours" in request
    assert "x-tenant: east" in request
    assert "theirs" not in request
    assert "Accept: text/event-stream" in request


class Renewable:
    """A token that is good after it was renewed."""

    def __init__(self) -> None:
        self.token = "stale"

    async def apply(self, outgoing: Outgoing, context: FetchContext, deadline_s: float) -> None:
        outgoing.headers["Authorization"] = self.token

    async def renew(self, context: FetchContext, deadline_s: float) -> bool:
        was, self.token = self.token, "fresh"
        return was == "stale"


@pytest.mark.parametrize("protocol", [*PROTOCOLS, None])
async def test_a_refused_credential_is_renewed_once(
    channel_to: ChannelTo, serve: Any, ticker: Ticker, ticks: PlannedFetch, protocol: Any
) -> None:
    inner = ticker.app()

    async def guarded(scope: Any, receive: Any, send: Any) -> None:
        if (b"authorization", b"fresh") in scope["headers"]:
            await inner(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.http.response.start", "status": 401, "headers": []})
            await send({"type": "websocket.http.response.body", "body": b""})
        else:
            await send({"type": "http.response.start", "status": 401, "headers": []})
            await send({"type": "http.response.body", "body": b""})

    channel = channel_to(f"{await serve(guarded)}/", credentials=(Renewable(),))
    subgraph = plain(channel, Subscriptions(protocol) if protocol else None)
    assert [e.data for e in [e async for e in listen(subgraph, ticks, ("n", 1))]] == [{"t": {"no": 0}}]


async def test_the_path_is_of_the_registered_origin(channel_to: ChannelTo, planned: Planned) -> None:
    async with answers(STREAM, b"event: complete\n\n") as http:
        channel = channel_to(f"{http.url}graphql")
        said = Subscriptions("sse", "/events")
        async for _ in listen(plain(channel, said, channel.endpoint), planned("subscription { waited }")):
            pass
    assert http.requests[0].startswith("POST /events HTTP/1.1")


async def test_a_redirect_of_the_handshake_is_not_followed(channel_to: ChannelTo, planned: Planned) -> None:
    async with answers(STREAM) as other:
        head = f"HTTP/1.1 307 Elsewhere\r\nLocation: {other.url}\r\nContent-Length: 0\r\n\r\n".encode()
        async with answers(head) as server:
            subgraph = plain(channel_to(server.url), Subscriptions("websocket"))
            (only,) = [event async for event in listen(subgraph, planned("subscription { waited }"))]
    assert only.errors[0].code is ErrorCode.DEPARTMENT_ERROR
    assert not other.requests


async def test_which_protocol_is_spoken_is_found_out_once(channel_to: ChannelTo, planned: Planned) -> None:
    head = b"HTTP/1.1 404 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    handshakes, posts = [], []

    async def either(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        (handshakes if b"Upgrade" in request else posts).append(request)
        writer.write(head if b"Upgrade" in request else STREAM + b"event: complete\n\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(either, "127.0.0.1", 0)
    async with server:
        subgraph = plain(channel_to(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"), None)
        for _ in range(3):
            assert [e async for e in listen(subgraph, planned("subscription { waited }"))] == []
    assert (len(handshakes), len(posts)) == (1, 3)


async def test_only_so_many_are_open_at_one_backend(
    channel_to: ChannelTo, url: str, planned: Planned
) -> None:
    one = channel_to(url, max_streams=1)
    subgraph, fetch = plain(one, Subscriptions("websocket")), planned("subscription { waited }")
    first = listen(subgraph, fetch)
    await anext(first)
    (refused,) = [event async for event in listen(subgraph, fetch)]
    assert refused.errors[0].code is ErrorCode.DEPARTMENT_UNAVAILABLE
    assert refused.errors[0].not_sent
    await first.aclose()
    again = listen(subgraph, fetch)
    assert (await anext(again)).data == {"waited": 1}
    await again.aclose()


def department(channel: Channel, said: Subscriptions | None) -> PassedThrough:
    exposed = expose(SDL, CHOICE, federation=False, subscriptions=said is not None)
    return PassedThrough("samr", exposed, channel, Judge("samr"), subscriptions=said)


@pytest.mark.parametrize("protocol", PROTOCOLS)
async def test_a_departments_events_come_in_the_graphs_words_and_its_errors_masked(
    channel_to: ChannelTo,
    url: str,
    planned: Planned,
    protocol: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    fetch = planned(
        "subscription { c: counted(many: $n, kind: PLAIN) { __typename no kind problem } }",
        variables=[("n", "Int!")],
    )
    with caplog.at_level(logging.DEBUG):
        subgraph = department(channel_to(f"{url}."), Subscriptions(protocol, "/"))
        first, second, last = [event async for event in listen(subgraph, fetch, ("n", 5))]
    count = {"__typename": "Count", "kind": "PLAIN", "problem": None}
    assert first == FetchResult(data={"c": {**count, "no": 0}})
    assert second.data == {"c": {**count, "no": 1}}
    assert [(e.code, e.path) for e in second.errors] == [(ErrorCode.DEPARTMENT_ERROR, ("c", "problem"))]
    assert last.data is None
    assert [(error.path, error.department) for error in last.errors] == [((), "samr")]
    ours = [
        r.getMessage() for r in caplog.records if r.name.partition(".")[0] in ("connectors", "federation")
    ]
    details = [error.detail for event in (second, last) for error in event.errors]
    assert CANARY not in repr((second, last)) + "".join(ours + details)


async def test_a_variable_with_a_default_may_stand_where_null_may_not(
    channel_to: ChannelTo, url: str, ticker: Ticker, planned: Planned
) -> None:
    fetch = planned(
        "subscription { counted(many: $n, kind: $k) { kind } }",
        variables=[("n", "Int"), ("k", "Kind")],
    )
    fetch = replace(fetch, defaults={"n": parse_value("1"), "k": parse_value("PLAIN")})
    subgraph = department(channel_to(f"{url}."), Subscriptions("websocket", "/"))
    (only,) = [event async for event in listen(subgraph, fetch)]
    assert only == FetchResult(data={"counted": {"kind": "PLAIN"}})


def test_a_department_that_says_nothing_of_its_events_exposes_none(
    channel_to: ChannelTo, planned: Planned
) -> None:
    silent = PassedThrough(
        "samr", expose(SDL, Expose(), federation=True), channel_to("http://127.0.0.1:1"), Judge("samr")
    )
    assert "Subscription" not in silent.sdl
    with pytest.raises(NotStreaming):
        silent.prepare_events(planned("subscription { waited }"))


class Nothing:
    """A mapped part without fields."""

    name, sdl = "samr", "type Query { mapped: Int }"

    def owns(self, type_name: str, field_name: str) -> bool:
        return (type_name, field_name) == ("Query", "mapped")

    def prepare(self, fetch: PlannedFetch) -> Any:
        raise AssertionError


async def test_of_a_backend_that_is_mapped_too_the_passed_part_gives_the_events(
    channel_to: ChannelTo, url: str, planned: Planned
) -> None:
    subgraph = Combined(department(channel_to(f"{url}."), Subscriptions("sse", "/")), Nothing())
    assert "counted" in subgraph.sdl
    fetch = planned("subscription { counted(many: 1) { no } }")
    assert [e.data for e in [e async for e in listen(subgraph, fetch)]] == [{"counted": {"no": 0}}]
