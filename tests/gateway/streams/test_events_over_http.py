"""Subscriptions over HTTP: server-sent events and Apollo's multipart, as each client's protocol has them.

Sources: graphql-sse, "GraphQL over Server-Sent Events Protocol", distinct connections mode; Apollo, "HTTP multipart protocol for
GraphQL subscriptions", 1.0.
"""

from __future__ import annotations

import asyncio
import socket

import httpx
import orjson
import pytest

from tests.gateway.streams.clients import Events, Parts, asking
from tests.gateway.streams.newsroom import SUBSCRIBE, Newsroom, newsroom, open_to_all
from tongban.settings import Settings

SSE = "text/event-stream"
MULTIPART = 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0'
JSON = "application/json"
NEWER = "application/graphql-response+json"


async def test_events_are_sent_as_next_then_complete(room: Newsroom) -> None:
    async with asking(room.url, SSE, {"query": "subscription { news { text author } }"}) as response:
        assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert "content-encoding" not in response.headers
        events = Events(response)
        await room.wire.has(1)
        for text in ("one", "two"):
            room.wire.tell(text)
            assert await events.next() == ("next", {"data": {"news": {"text": text, "author": f"by {text}"}}})
        room.wire.end()
        assert await events.next() == ("complete", None)
        assert await events.next() is None


async def test_events_can_be_had_by_a_get(room: Newsroom) -> None:
    async with (
        httpx.AsyncClient(timeout=20) as client,
        client.stream("GET", room.url, params={"query": SUBSCRIBE}, headers={"accept": SSE}) as response,
    ):
        await room.wire.has(1)
        room.wire.tell("one")
        assert await Events(response).next() == ("next", {"data": {"news": {"id": "one", "text": "one"}}})


@pytest.mark.parametrize(
    "accept",
    [
        MULTIPART,
        'multipart/mixed; boundary=graphql; subscriptionSpec="1.0", application/json',
        "multipart/mixed;subscriptionSpec=1.0,application/graphql-response+json,application/json;q=0.9",
    ],
)
async def test_events_are_sent_as_payloads_in_parts(room: Newsroom, accept: str) -> None:
    async with asking(room.url, accept, {"query": SUBSCRIBE}) as response:
        assert response.headers["content-type"] == MULTIPART
        parts = Parts(response)
        await room.wire.has(1)
        for text in ("one", "two"):
            room.wire.tell(text)
            assert await parts.next() == {"payload": {"data": {"news": {"id": text, "text": text}}}}
        room.wire.end()
        assert await parts.next() is None


@pytest.mark.parametrize(
    "accept", [None, JSON, NEWER, "*/*", "multipart/mixed;deferSpec=20220824", "multipart/mixed"]
)
async def test_without_a_form_for_events_a_subscription_is_406(room: Newsroom, accept: str | None) -> None:
    headers = {"accept": accept} if accept is not None else {"accept": "*/*"}
    async with httpx.AsyncClient() as client:
        response = await client.post(room.url, json={"query": SUBSCRIBE}, headers=headers)
    assert response.status_code == 406
    message = response.json()["errors"][0]["message"]
    assert "text/event-stream" in message
    assert "subscriptionSpec=1.0" in message
    assert room.wire.opened == 0


@pytest.mark.parametrize("accept", [SSE, MULTIPART])
async def test_who_leaves_is_unsubscribed(room: Newsroom, accept: str) -> None:
    async with asking(room.url, accept, {"query": SUBSCRIBE}):
        await room.wire.has(1)
    await room.wire.has(0)
    await room.empty()


async def test_a_silent_stream_shows_that_it_lives() -> None:
    room = newsroom(Settings(heartbeat_s=0.01))
    async with open_to_all(room):
        async with asking(room.url, SSE, {"query": SUBSCRIBE}) as response:
            events = Events(response)
            for _ in range(3):
                assert await events.until(b"\n\n") == b":"
            room.wire.tell("one")
            assert (await events.next())[0] == "next"
        async with asking(room.url, MULTIPART, {"query": SUBSCRIBE}) as response:
            parts = Parts(response)
            for _ in range(3):
                assert await parts.next() == {}


# -- answers that are no stream, and errors before there is one


async def test_a_query_is_a_stream_of_one_where_only_streams_are_accepted(room: Newsroom) -> None:
    body = {"query": "{ hello }"}
    answer = {"data": {"hello": "hello world"}}
    async with asking(room.url, SSE, body) as response:
        events = Events(response)
        assert [await events.next(), await events.next()] == [("next", answer), ("complete", None)]
    async with asking(room.url, MULTIPART, body) as response:
        parts = Parts(response)
        assert [await parts.next(), await parts.next()] == [{"payload": answer}, None]
    for accept in (
        "multipart/mixed;deferSpec=20220824",
        "multipart/mixed",
        "multipart/mixed;incrementalSpec=v0.2",
    ):
        async with asking(room.url, accept, body) as response:
            parts = Parts(response)
            assert [await parts.next(), await parts.next()] == [answer | {"hasNext": False}, None]


@pytest.mark.parametrize("accept", [SSE, MULTIPART, "multipart/mixed;deferSpec=20220824", "multipart/mixed"])
@pytest.mark.parametrize("single", [JSON, NEWER])
async def test_a_query_is_json_where_json_is_accepted_too(room: Newsroom, accept: str, single: str) -> None:
    async with asking(room.url, f"{accept}, {single};q=0.5", {"query": "{ hello }"}) as response:
        assert response.headers["content-type"] == f"{single}; charset=utf-8"
        assert orjson.loads(await response.aread()) == {"data": {"hello": "hello world"}}


async def test_what_does_not_fit_the_schema_is_told_in_the_stream(room: Newsroom) -> None:
    body = {"query": "subscription { nothing }"}
    async with asking(room.url, SSE, body) as response:
        events = Events(response)
        name, told = await events.next()
        assert (response.status_code, name, set(told)) == (200, "next", {"errors"})
        assert await events.next() == ("complete", None)
    async with asking(room.url, MULTIPART, body) as response:
        parts = Parts(response)
        assert set((await parts.next())["payload"]) == {"errors"}
        assert await parts.next() is None
    async with asking(room.url, f"{MULTIPART}, {NEWER}", body) as response:
        assert response.status_code == 400


@pytest.mark.parametrize("accept", [SSE, MULTIPART])
async def test_who_may_not_ask_is_told_by_the_status(room: Newsroom, accept: str) -> None:
    body = {"query": "subscription { cases { text } }"}
    async with asking(room.url, accept, body) as response:
        assert (response.status_code, response.headers["content-type"]) == (
            401,
            "application/json; charset=utf-8",
        )
        assert "www-authenticate" in response.headers
    async with asking(room.url, accept, body, authorization="Bearer citizen") as response:
        assert response.status_code == 200
        await room.wire.has(1)


async def test_a_person_has_so_many_subscriptions() -> None:
    room = newsroom(Settings(max_user_subscriptions=1))
    token = {"authorization": "Bearer citizen"}
    async with open_to_all(room), asking(room.url, SSE, {"query": SUBSCRIBE}, **token):
        async with asking(room.url, SSE, {"query": SUBSCRIBE}, **token) as response:
            assert response.status_code == 429
            assert "retry-after" in response.headers
        async with asking(room.url, SSE, {"query": SUBSCRIBE}, authorization="Bearer officer") as response:
            assert response.status_code == 200


async def test_a_process_has_so_many_subscriptions() -> None:
    room = newsroom(Settings(max_subscriptions=1))
    async with (
        open_to_all(room),
        asking(room.url, SSE, {"query": SUBSCRIBE}),
        asking(room.url, SSE, {"query": SUBSCRIBE}) as response,
    ):
        assert response.status_code == 503


# -- clients that don't read


async def test_a_client_that_takes_nothing_is_let_go() -> None:
    """What waits for it is bounded by the sockets' buffers and one event, and ends."""
    room = newsroom(Settings(slow_client_s=0.2))
    async with open_to_all(room):
        reader = _deaf(room, SSE)
        await room.wire.has(1)
        room.wire.tell(*("x" * 500_000 for _ in range(60)))
        await room.wire.has(0)
        reader.close()
    await room.empty()


async def test_a_slow_client_holds_up_nobody_else(room: Newsroom) -> None:
    reader = _deaf(room, SSE)
    await room.wire.has(1)
    async with asking(room.url, SSE, {"query": "subscription { news { text } }"}) as response:
        events = Events(response)
        await room.wire.has(2)
        for number in range(40):
            room.wire.tell(f"{number}" + "x" * 500_000)
            told = (await events.next())[1]["data"]["news"]["text"]
            assert told.startswith(str(number))
    reader.close()


def _deaf(room: Newsroom, accept: str) -> socket.socket:
    """A client that asks and never reads, with little room for what is sent to it."""
    host, _, port = room.origin.removeprefix("http://").partition(":")
    reader = socket.socket()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    reader.connect((host, int(port)))
    body = orjson.dumps({"query": SUBSCRIBE})
    head = (
        f"POST /graphql HTTP/1.1\r\nhost: x\r\naccept: {accept}\r\ncontent-type: application/json\r\n"
        f"content-length: {len(body)}\r\n\r\n"
    )
    reader.sendall(head.encode() + body)
    return reader


async def test_streams_end_when_the_process_leaves() -> None:
    room = newsroom()
    async with (
        open_to_all(room) as server,
        asking(room.url, SSE, {"query": SUBSCRIBE}) as first,
        asking(room.url, MULTIPART, {"query": SUBSCRIBE}) as second,
    ):
        await room.wire.has(2)
        server.should_exit = True
        events, parts = Events(first), Parts(second)
        name, told = await events.next()
        assert (name, told["errors"][0]["extensions"]["code"]) == ("next", "OVERLOADED")
        assert await events.next() == ("complete", None)
        fatal = await parts.next()
        assert (fatal["payload"], fatal["errors"][0]["extensions"]["code"]) == (None, "OVERLOADED")
        assert await parts.next() is None
    assert room.wire.open == 0


async def test_the_first_bytes_come_before_the_first_event(room: Newsroom) -> None:
    for accept, opening in ((SSE, b":\n\n"), (MULTIPART, b"\r\n--graphql")):
        async with asking(room.url, accept, {"query": SUBSCRIBE}) as response, asyncio.timeout(20):
            assert await anext(response.aiter_bytes()) == opening
