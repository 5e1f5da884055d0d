"""Open subscriptions when another generation takes over."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from tests.federation.in_memory import InMemorySubgraph
from tests.gateway.house import CITIZEN, KnownLogins
from tests.gateway.streams.clients import Caller, calling
from tests.gateway.streams.newsroom import (
    AUTHORS,
    NEWS,
    SUBSCRIBE,
    Newsroom,
    Wire,
    authors,
    news,
    newsroom,
    open_to_all,
)
from tongban.settings import Settings

WITH_AUTHORS = "subscription { news { text author } }"


def unchanged(room: Newsroom) -> InMemorySubgraph:
    assert room.house.in_force.now is not None
    found = room.house.in_force.now.subgraphs["news"]
    assert isinstance(found, InMemorySubgraph)
    return found


@asynccontextmanager
async def following_cases(login: KnownLogins) -> AsyncIterator[tuple[Newsroom, Caller]]:
    """A citizen's open subscription to what only citizens may have."""
    room = newsroom(login=login)
    async with open_to_all(room), calling(room.socket_url, authorization="Bearer citizen") as caller:
        await caller.init()
        await caller.subscribe("s", "subscription { cases { text } }")
        yield room, caller


async def heard(caller: Caller) -> object:
    message = await caller.hear()
    assert message["type"] == "next", message
    return message["payload"]["data"]["news"]


async def test_an_unchanged_source_goes_on_and_later_events_run_with_the_new_plan(room: Newsroom) -> None:
    async with calling(room.socket_url) as caller:
        await caller.init()
        await caller.subscribe("s", WITH_AUTHORS)
        await room.wire.has(1)
        room.wire.tell("one")
        assert await heard(caller) == {"text": "one", "author": "by one"}
        room.take_over(unchanged(room), authors(said="newly by"))
        room.wire.tell("two")
        assert await heard(caller) == {"text": "two", "author": "newly by two"}
    assert room.wire.opened == 1


async def test_no_event_is_lost_or_told_twice_while_the_source_stays_the_same(room: Newsroom) -> None:
    async with calling(room.socket_url) as caller:
        await caller.init()
        await caller.subscribe("s", WITH_AUTHORS)
        await room.wire.has(1)
        texts = [str(number) for number in range(200)]

        async def tell() -> None:
            for number, text in enumerate(texts):
                room.wire.tell(text)
                if number % 3 == 0:
                    room.take_over(unchanged(room), authors())
                if number % 5 == 0:
                    await asyncio.sleep(0)

        async with asyncio.TaskGroup() as together:
            together.create_task(tell())
            told = [await heard(caller) for _ in texts]
        assert told == [{"text": text, "author": f"by {text}"} for text in texts]
    assert room.wire.opened == 1


async def test_where_the_source_changed_the_new_one_is_open_before_the_old_one_is_let_go(
    room: Newsroom,
) -> None:
    newer = Wire()
    async with calling(room.socket_url) as caller:
        await caller.init()
        await caller.subscribe("s", SUBSCRIBE)
        await room.wire.has(1)
        room.take_over(news(newer), authors())
        await newer.has(1)
        assert room.wire.open == 1
        room.wire.tell("one")
        assert await heard(caller) == {"id": "one", "text": "one"}
        newer.tell("two")
        assert await heard(caller) == {"id": "two", "text": "two"}
        await room.wire.has(0)
        newer.tell("three")
        assert await heard(caller) == {"id": "three", "text": "three"}


async def test_an_old_source_is_let_go_when_the_time_for_opening_is_over() -> None:
    room, newer = newsroom(Settings(request_deadline_s=0.2)), Wire()
    async with open_to_all(room), calling(room.socket_url) as caller:
        await caller.init()
        await caller.subscribe("s", SUBSCRIBE)
        await room.wire.has(1)
        room.take_over(news(newer), authors())
        await newer.has(1)
        await room.wire.has(0)
        newer.tell("one")
        assert await heard(caller) == {"id": "one", "text": "one"}


async def test_a_source_that_ended_with_its_connector_is_opened_again(room: Newsroom) -> None:
    newer = Wire()
    async with calling(room.socket_url) as caller:
        await caller.init()
        await caller.subscribe("s", SUBSCRIBE)
        await room.wire.has(1)
        room.take_over(news(newer), authors())
        room.wire.end()
        await newer.has(1)
        newer.tell("one")
        assert await heard(caller) == {"id": "one", "text": "one"}


async def test_changes_that_follow_each_other_leave_one_source(room: Newsroom) -> None:
    wires = [Wire() for _ in range(5)]
    async with calling(room.socket_url) as caller:
        await caller.init()
        await caller.subscribe("s", SUBSCRIBE)
        await room.wire.has(1)
        for wire in wires:
            room.take_over(news(wire), authors())
        await wires[-1].has(1)
        wires[-1].tell("one")
        assert await heard(caller) == {"id": "one", "text": "one"}
        for wire in (room.wire, *wires[:-1]):
            await wire.has(0)


async def test_an_operation_that_no_longer_fits_ends_with_an_error(room: Newsroom) -> None:
    async with calling(room.socket_url) as caller:
        await caller.init()
        await caller.subscribe("s", WITH_AUTHORS)
        await room.wire.has(1)
        room.take_over(news(room.wire))
        told = await caller.hear()
        assert (told["type"], told["payload"]["errors"][0]["extensions"]["code"]) == (
            "next",
            "GRAPHQL_VALIDATION_FAILED",
        )
        assert await caller.hear() == {"type": "complete", "id": "s"}
        await room.wire.has(0)
    await room.empty()


async def test_who_may_no_longer_ask_is_told_so() -> None:
    login = KnownLogins({"citizen": CITIZEN})
    async with following_cases(login) as (room, caller):
        await room.wire.has(1)
        login.callers = {}
        room.take_over(unchanged(room), authors())
        told = await caller.hear()
        assert told["payload"]["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
        assert await caller.hear() == {"type": "complete", "id": "s"}


async def test_a_subscription_ends_with_its_token() -> None:
    short = replace(CITIZEN, token_expires_at=time.time() + 0.3)
    async with following_cases(KnownLogins({"citizen": short})) as (room, caller):
        told = await caller.hear()
        assert told["payload"]["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
        assert await caller.hear() == {"type": "complete", "id": "s"}
        await room.wire.has(0)


async def test_a_login_that_is_revoked_hears_no_further_event() -> None:
    logins = KnownLogins({"citizen": CITIZEN})
    async with following_cases(logins) as (room, caller):
        await room.wire.has(1)
        room.wire.tell("heard")
        assert (await caller.hear())["payload"] == {"data": {"cases": {"text": "heard"}}}
        logins.callers = {}
        room.wire.tell("secret")
        told = await caller.hear()
        assert told["payload"]["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
        assert "secret" not in str(told)
        assert await caller.hear() == {"type": "complete", "id": "s"}
        await room.wire.has(0)


async def test_a_login_that_may_less_is_judged_anew_at_the_next_event() -> None:
    logins = KnownLogins({"citizen": CITIZEN})
    async with following_cases(logins) as (room, caller):
        await room.wire.has(1)
        logins.callers = {"citizen": replace(CITIZEN, level=0)}
        room.wire.tell("secret")
        told = await caller.hear()
        assert told["payload"]["errors"][0]["extensions"]["code"] == "STEP_UP_REQUIRED"
        assert told["payload"]["data"] == {"cases": None}


async def test_a_generation_is_held_as_long_as_a_subscription_runs_under_it(room: Newsroom) -> None:
    """What a connector is closed by (``CurrentGeneration``)."""
    in_force = room.house.in_force
    first = in_force.now
    async with calling(room.socket_url) as caller:
        await caller.init()
        await caller.subscribe("s", SUBSCRIBE)
        await room.wire.has(1)
        free = asyncio.create_task(in_force.until_free(lambda generation: generation is first))
        await asyncio.sleep(0)
        assert not free.done()
        second = room.take_over(unchanged(room), authors())
        await asyncio.wait_for(free, 20)
        free = asyncio.create_task(in_force.until_free(lambda generation: generation is second))
        await asyncio.sleep(0)
        assert not free.done()
    await asyncio.wait_for(free, 20)


@pytest.mark.parametrize("changed", [AUTHORS.replace("author", "writer"), AUTHORS + "type Extra { a: Int }"])
async def test_another_part_of_the_graph_may_change_as_it_will(room: Newsroom, changed: str) -> None:
    async with calling(room.socket_url) as caller:
        await caller.init()
        await caller.subscribe("s", SUBSCRIBE)
        await room.wire.has(1)
        room.take_over(unchanged(room), InMemorySubgraph("authors", changed))
        room.wire.tell("one")
        assert await heard(caller) == {"id": "one", "text": "one"}
    assert room.wire.opened == 1
    assert unchanged(room).sdl == NEWS
