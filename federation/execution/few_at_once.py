"""Work side by side, but only so much of it at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator

MOST = 8


async def few_at_once(works: Iterator[Coroutine[object, object, None]]) -> None:
    """Run all of them, the next when one is done; each is made only when its turn comes. One that raises ends all."""

    async def worker() -> None:
        for work in works:
            await work

    workers = [asyncio.ensure_future(worker()) for _ in range(MOST)]
    try:
        await asyncio.gather(*workers)
    finally:
        for each in workers:
            each.cancel()
