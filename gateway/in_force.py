"""The generation in force, and the news of it: who holds an older one can wait for the next, and is told when the process leaves.

Must never: know how a generation is made.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from gateway.generation import Generation

Release = Callable[[], None]


class InForce:
    """``now`` is None before the first generation."""

    def __init__(self, generation: Generation | None = None) -> None:
        self.now = generation
        self.leaving = False
        """The process is about to end: nothing that lasts may begin, what lasts is to end."""
        self._news = asyncio.Event()
        self._held: dict[int, tuple[Generation, int]] = {}
        self._released = asyncio.Event()

    def take_over(self, generation: Generation) -> None:
        """Requests in flight keep the one they have."""
        self.now = generation
        self._tell()

    def leave(self) -> None:
        self.leaving = True
        self._tell()

    async def news(self, known: Generation | None) -> None:
        """Returns when another generation than ``known`` is in force, or the process leaves."""
        while self.now is known and not self.leaving:
            await self._news.wait()

    async def left(self) -> None:
        """Returns when the process leaves."""
        while not self.leaving:
            await self._news.wait()

    def hold(self, generation: Generation) -> Release:
        """For who works with a generation longer than a request: what it is made of is not closed until the release."""
        _, count = self._held.get(id(generation), (generation, 0))
        self._held[id(generation)] = (generation, count + 1)
        return lambda: self._release(generation)

    async def until_free(self, part: Callable[[Generation], bool]) -> None:
        """Returns when no generation that is held has the part."""
        while any(part(generation) for generation, _ in self._held.values()):
            self._released.clear()
            await self._released.wait()

    def _release(self, generation: Generation) -> None:
        _, count = self._held.pop(id(generation))
        if count > 1:
            self._held[id(generation)] = (generation, count - 1)
        self._released.set()

    def _tell(self) -> None:
        told, self._news = self._news, asyncio.Event()
        told.set()
