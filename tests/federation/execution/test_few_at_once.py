"""Work side by side, a few at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from federation.execution.few_at_once import MOST, few_at_once


class Counter:
    """How much runs now, and how much ever ran at once."""

    def __init__(self) -> None:
        self.now = self.most = self.done = 0

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            yield
        finally:
            self.now -= 1
        self.done += 1


async def test_all_is_done_and_never_more_than_a_few_at_once() -> None:
    counter = Counter()

    async def work() -> None:
        async with counter.running():
            for _ in range(3):
                await asyncio.sleep(0)

    await few_at_once(work() for _ in range(5 * MOST))
    assert (counter.done, counter.most, counter.now) == (5 * MOST, MOST, 0)


async def test_one_that_raises_ends_the_others() -> None:
    counter = Counter()

    async def wait() -> None:
        async with counter.running():
            await asyncio.Event().wait()

    async def fail() -> None:
        await asyncio.sleep(0)
        raise ValueError("enough")

    with pytest.raises(ValueError, match="enough"):
        await few_at_once(iter([wait(), fail()]))
    await asyncio.sleep(0)
    assert (counter.now, counter.done) == (0, 0)


async def test_who_is_cancelled_cancels_the_work() -> None:
    counter = Counter()
    started = asyncio.Event()

    async def wait() -> None:
        async with counter.running():
            started.set()
            await asyncio.Event().wait()

    tasks = [asyncio.create_task(few_at_once(wait() for _ in range(3)))]
    await started.wait()
    tasks[0].cancel()
    with pytest.raises(asyncio.CancelledError):
        await tasks[0]
    assert counter.now == 0
