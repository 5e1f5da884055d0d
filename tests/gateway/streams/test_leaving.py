"""A process that is told to end, with sockets open."""

from __future__ import annotations

import asyncio

import pytest
from websockets.exceptions import ConnectionClosed

from tests.gateway.streams.clients import calling
from tests.gateway.streams.newsroom import SUBSCRIBE, newsroom, open_to_all

QUERY = "{ latest { author } }"


async def test_sockets_are_closed_1001_without_complete_so_that_clients_subscribe_again() -> None:
    room = newsroom()
    async with open_to_all(room) as server, calling(room.socket_url) as caller:
        await caller.init()
        await caller.subscribe("s", SUBSCRIBE)
        await room.wire.has(1)
        server.should_exit = True
        with pytest.raises(ConnectionClosed) as closed:
            await caller.hear()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1001
    assert room.wire.open == 0


async def test_what_runs_is_answered_first() -> None:
    room = newsroom()
    room.desk.open.clear()
    async with open_to_all(room) as server, calling(room.socket_url) as caller:
        await caller.init()
        await caller.subscribe("q", QUERY)
        async with asyncio.timeout(20):
            while not room.desk.waiting:  # noqa: ASYNC110
                await asyncio.sleep(0)
            server.should_exit = True
            while not room.house.in_force.leaving:  # noqa: ASYNC110
                await asyncio.sleep(0)
        room.desk.open.set()
        assert (await caller.hear())["payload"] == {"data": {"latest": {"author": "by 1"}}}
        assert await caller.closed() == 1001


async def test_idle_sockets_do_not_hold_up_the_end() -> None:
    room = newsroom()
    async with open_to_all(room) as server, calling(room.socket_url) as idle, calling(room.socket_url) as new:
        await idle.init()
        server.should_exit = True
        assert await idle.closed() == 1001
        assert await new.closed() == 1001
