"""Answers in parts on real sockets, in each form that clients ask for."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
import pytest

from tests.gateway.streams.clients import Events, Parts, asking, calling
from tests.gateway.streams.newsroom import Newsroom

OLDER = "multipart/mixed;deferSpec=20220824"
NEWER = "multipart/mixed;incrementalSpec=v0.2"
SSE = "text/event-stream"
DEFERRED = {"query": '{ latest { text ... @defer(label: "Author") { author } } }'}
FIRST = {"latest": {"text": "one"}}
WHOLE = {"latest": {"text": "one", "author": "by 1"}}
PENDING = [{"id": "0", "path": ["latest"], "label": "Author"}]


async def first_alone(room: Newsroom, parts: Parts) -> Any:
    """The first part comes while the rest is held up."""
    first = await parts.next()
    assert room.desk.waiting == 1
    room.desk.open.set()
    return first


async def test_the_older_form_is_label_path_and_data(room: Newsroom) -> None:
    room.desk.open.clear()
    async with asking(room.url, f"{OLDER}, application/json", DEFERRED) as response:
        assert response.headers["content-type"] == 'multipart/mixed;boundary="-";deferSpec=20220824'
        parts = Parts(response)
        assert await first_alone(room, parts) == {"data": FIRST, "hasNext": True}
        entry = {"label": "Author", "path": ["latest"], "data": {"author": "by 1"}}
        assert await parts.next() == {"incremental": [entry], "hasNext": False}
        assert await parts.next() is None


@pytest.mark.parametrize("accept", [NEWER, "multipart/mixed"])
async def test_the_newer_form_is_pending_incremental_and_completed(room: Newsroom, accept: str) -> None:
    room.desk.open.clear()
    async with asking(room.url, accept, DEFERRED) as response:
        assert response.headers["content-type"].startswith('multipart/mixed;boundary="-"')
        assert ("incrementalSpec=v0.2" in response.headers["content-type"]) == (accept == NEWER)
        parts = Parts(response)
        assert await first_alone(room, parts) == {"data": FIRST, "pending": PENDING, "hasNext": True}
        rest = {"incremental": [{"id": "0", "data": {"author": "by 1"}}], "completed": [{"id": "0"}]}
        assert await parts.next() == {**rest, "hasNext": False}
        assert await parts.next() is None


async def test_events_and_sockets_use_the_newer_form(room: Newsroom) -> None:
    rest = {
        "incremental": [{"id": "0", "data": {"author": "by 1"}}],
        "completed": [{"id": "0"}],
        "hasNext": False,
    }
    values = [{"data": FIRST, "pending": PENDING, "hasNext": True}, rest]
    async with asking(room.url, SSE, DEFERRED) as response:
        events = Events(response)
        told = [await events.next() for _ in range(3)]
        assert told == [("next", values[0]), ("next", values[1]), ("complete", None)]
    async with calling(room.socket_url) as caller:
        await caller.init()
        await caller.subscribe("a", DEFERRED["query"])
        for value in values:
            assert await caller.hear() == {"type": "next", "id": "a", "payload": value}
        assert await caller.hear() == {"type": "complete", "id": "a"}


@pytest.mark.parametrize("accept", ["application/json", f"application/json, {OLDER};q=0.1"])
async def test_without_parts_the_answer_is_whole(room: Newsroom, accept: str) -> None:
    async with asking(room.url, accept, DEFERRED) as response:
        assert orjson.loads(await response.aread()) == {"data": WHOLE}


async def test_what_defers_nothing_in_the_end_is_an_answer_like_any_other(room: Newsroom) -> None:
    query = "query ($later: Boolean) { latest { text ... @defer(if: $later) { author } } }"
    body = {"query": query, "variables": {"later": False}}
    async with asking(room.url, f"{OLDER}, application/json", body) as response:
        assert response.headers["content-type"] == "application/json; charset=utf-8"
        assert orjson.loads(await response.aread()) == {"data": WHOLE}


async def test_who_leaves_ends_the_fetches_that_still_run(room: Newsroom) -> None:
    room.desk.open.clear()
    async with asking(room.url, OLDER, DEFERRED) as response:
        assert (await Parts(response).next())["hasNext"]
        assert room.desk.waiting == 1
    async with asyncio.timeout(20):
        while room.desk.waiting:  # noqa: ASYNC110
            await asyncio.sleep(0)


async def test_an_answer_in_parts_is_metered_once_when_it_ends(room: Newsroom) -> None:
    room.desk.open.clear()
    async with asking(room.url, OLDER, DEFERRED) as response:
        parts = Parts(response)
        await parts.next()
        assert room.house.told == []
        room.desk.open.set()
        await parts.rest()
    outcomes = [(event.service, event.outcome) for event in room.house.told]
    assert outcomes == [("*", "ok"), ("news.hello", "ok")]
