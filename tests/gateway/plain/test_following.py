"""A plain gateway and the file that it serves, when the file changes."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from gateway.plain import PlainOptions
from tests.gateway.plain.serving import ask, listing, plain
from tests.gateway.plain.subgraphs import USERS, users
from tests.gateway.serving import served
from tests.gateway.streams.clients import Events
from tests.gateway.streams.newsroom import Newsroom, newsroom, open_to_all
from tongban.settings import Settings

QUICK = Settings(log_level="error", data_dir=Path("/nowhere"), store_poll_s=0.01)
NEWS = """
type Query { hello: String }
type Subscription { news: News }
type News { id: ID! text: String! }
"""
SUBSCRIBE = {"query": "subscription { news { text } }"}


@pytest.fixture
async def upstream() -> AsyncIterator[Newsroom]:
    """A subgraph whose events come by WebSocket or SSE: a gateway of ours is one."""
    room = newsroom()
    async with open_to_all(room):
        yield room


def put(path: str, content: bytes) -> None:
    """In one step, as the documentation asks for."""
    Path(path + ".new").write_bytes(content)
    os.replace(path + ".new", path)


def of_news(room: Newsroom, sdl: str = NEWS) -> dict[str, Any]:
    way = {"protocol": "websocket"}
    return {"name": "news", "url": room.url, "sdl": sdl, "subscriptions": way}


async def until(client: httpx.AsyncClient, query: str, answer: Any) -> None:
    async with asyncio.timeout(20):
        while (await ask(client, query)).get("data") != answer:
            pass


async def test_a_new_list_takes_over_and_open_subscriptions_go_on(upstream: Newsroom, tmp_path: Path) -> None:
    path = listing(tmp_path, of_news(upstream))
    async with served(users()) as origin, plain(PlainOptions(subgraphs=path), QUICK) as client:
        accept = {"accept": "text/event-stream"}
        async with client.stream("POST", "/graphql", json=SUBSCRIBE, headers=accept) as response:
            events = Events(response)
            await upstream.wire.has(1)
            upstream.wire.tell("one")
            assert (await events.next())[1] == {"data": {"news": {"text": "one"}}}
            more = {"name": "users", "url": f"{origin}/", "sdl": USERS}
            put(path, orjson.dumps([of_news(upstream), more]))
            await until(
                client,
                "{ hello users { name } }",
                {"hello": "hello world", "users": [{"name": "Ada"}, {"name": "Lin"}]},
            )
            upstream.wire.tell("two")
            assert (await events.next())[1] == {"data": {"news": {"text": "two"}}}
            assert upstream.wire.opened == 1
            put(path, orjson.dumps([of_news(upstream, NEWS.replace("text", "title")), more]))
            name, told = await events.next()
            assert (name, told["errors"][0]["extensions"]["code"]) == ("next", "GRAPHQL_VALIDATION_FAILED")
            assert await events.next() == ("complete", None)
            await upstream.wire.has(0)


async def problem(client: httpx.AsyncClient) -> str:
    found: str = (await client.get("/readyz?verbose")).json()["problem"]
    return found


async def test_a_list_that_cannot_be_used_changes_nothing(upstream: Newsroom, tmp_path: Path) -> None:
    path = listing(tmp_path, of_news(upstream))
    unknown_type = orjson.dumps([of_news(upstream, "type Query { a: Nothing }")])
    async with plain(PlainOptions(subgraphs=path), QUICK) as client, asyncio.timeout(20):
        told = [""]
        for content in (b"[", b'[{"name":"news","url":"nowhere"}]', unknown_type):
            put(path, content)
            while (said := await problem(client)) == told[-1]:
                pass
            told.append(said)
            assert await ask(client, "{ hello }") == {"data": {"hello": "hello world"}}
        os.remove(path)
        assert await ask(client, "{ hello }") == {"data": {"hello": "hello world"}}
        put(path, orjson.dumps([of_news(upstream, NEWS.replace("hello:", "greeting:"))]))
        while await problem(client):
            pass
        assert "data" not in await ask(client, "{ hello }")


async def test_a_request_ends_in_the_graph_in_which_it_began(tmp_path: Path) -> None:
    began, go_on = asyncio.Event(), asyncio.Event()

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        began.set()
        await go_on.wait()
        await send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [(b"content-type", b"application/json")],
            }
        )
        await send({"type": "http.response.body", "body": b'{"data":{"old":"yes"}}'})

    async with served(slow) as origin:
        path = listing(tmp_path, {"name": "a", "url": origin, "sdl": "type Query { old: String }"})
        async with plain(PlainOptions(subgraphs=path), QUICK) as client:
            asked = asyncio.create_task(ask(client, "{ old }"))
            await began.wait()
            put(path, orjson.dumps([{"name": "a", "url": origin, "sdl": "type Query { new: String }"}]))
            async with asyncio.timeout(20):
                while "errors" not in await ask(client, "{ old @skip(if: true) }"):
                    pass
            go_on.set()
            assert await asked == {"data": {"old": "yes"}}
