"""A backend's places: so many requests under way, so many that wait, and no more.

Must never: let a request wait that could not be served in time anyway.
"""

from __future__ import annotations

import asyncio

from connectors.backend import BackendHeld, BackendTimeout

RETRY_AFTER_S = 1.0
"""What who is turned away is told; the queue itself knows no better."""


class Bulkhead:
    """``enter`` before a request, ``leave`` after it."""

    def __init__(self, concurrency: int, queue: int) -> None:
        self._places = asyncio.Semaphore(concurrency)
        self._queue = queue
        self.under_way = 0
        self.waiting = 0

    async def enter(self, wait_s: float) -> None:
        """Raises: BackendHeld if the queue is full; BackendTimeout after ``wait_s`` in it."""
        if self._places.locked():
            if self.waiting >= self._queue:
                raise BackendHeld("the backend's queue is full", "queue", RETRY_AFTER_S)
            await self._wait(wait_s)
        else:
            await self._places.acquire()
        self.under_way += 1

    async def _wait(self, wait_s: float) -> None:
        self.waiting += 1
        try:
            async with asyncio.timeout(max(0.0, wait_s)):
                await self._places.acquire()
        except TimeoutError:
            raise BackendTimeout("the backend's queue was full until the deadline") from None
        finally:
            self.waiting -= 1

    def leave(self) -> None:
        self.under_way -= 1
        self._places.release()
