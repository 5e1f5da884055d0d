"""The bus hurries news from process to process, in memory and over a real server."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator

import pytest

from storage.bus import Bus, InProcessBus
from storage.redis_bus import RedisBus
from tests.fixtures.redis import RedisServer


@pytest.fixture(params=["in process", "redis"])
async def bus(request: pytest.FixtureRequest) -> AsyncIterator[Bus]:
    bus: Bus
    if request.param == "redis":
        bus = RedisBus(request.getfixturevalue("redis_url"), prefix=f"{secrets.token_hex(4)}:")
    else:
        bus = InProcessBus()
    yield bus
    await bus.close()


async def test_every_subscriber_of_a_topic_hears_its_news_in_order(bus: Bus) -> None:
    first, second = await bus.subscribe("registry"), await bus.subscribe("registry")
    for number in range(3):
        await bus.publish("registry", str(number))
    for subscription in (first, second):
        async with asyncio.timeout(10):
            assert [await anext(subscription) for _ in range(3)] == ["0", "1", "2"]


async def test_news_of_another_topic_is_not_heard(bus: Bus) -> None:
    mine = await bus.subscribe("mine")
    await bus.publish("other", "x")
    await bus.publish("mine", "y")
    async with asyncio.timeout(10):
        assert await anext(mine) == "y"


async def test_a_closed_subscription_ends(bus: Bus) -> None:
    async with await bus.subscribe("registry") as subscription:
        await bus.publish("registry", "x")
        async with asyncio.timeout(10):
            assert await anext(subscription) == "x"
    assert [text async for text in subscription] == []


async def test_closing_the_bus_ends_its_subscriptions(bus: Bus) -> None:
    subscription = await bus.subscribe("registry")
    await bus.close()
    async with asyncio.timeout(10):
        assert [text async for text in subscription] == []


async def test_a_slow_subscriber_loses_the_oldest_and_holds_nobody_up() -> None:
    bus = InProcessBus()
    slow = await bus.subscribe("registry")
    for number in range(1_500):
        await bus.publish("registry", str(number))
    assert await anext(slow) == "500"


async def test_publishing_to_nobody_is_no_error(bus: Bus) -> None:
    await bus.publish("nobody", "x")


async def test_a_server_that_goes_away_fails_nobody_and_is_found_again(redis_server: RedisServer) -> None:
    bus = RedisBus(redis_server.url)
    subscription = await bus.subscribe("registry")
    redis_server.stop()
    await bus.publish("registry", "lost")
    redis_server.start()
    heard = asyncio.create_task(anext(subscription))  # type: ignore[arg-type]
    async with asyncio.timeout(30):
        while not heard.done():
            await bus.publish("registry", "again")
            await asyncio.wait([heard], timeout=0.1)
    assert heard.result() == "again"
    await bus.close()


async def test_subscribing_while_the_server_is_away_does_not_wait_for_it(redis_server: RedisServer) -> None:
    redis_server.stop()
    bus = RedisBus(redis_server.url)
    async with asyncio.timeout(20):
        await bus.subscribe("registry")
        await bus.close()
