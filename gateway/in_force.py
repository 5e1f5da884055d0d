"""The generation in force, and the news of it: who holds an older one can wait for the next, and is told when the process leaves.

Must never: know how a generation is made.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

from gateway.generation import Generation
from gateway.types import Executed, Identified

Release = Callable[[], None]


class Trial(Protocol):
    """A generation that a share of sessions meets instead (``gateway.trial``)."""

    @property
    def generation(self) -> Generation: ...

    @property
    def stopped(self) -> str: ...

    def meets(self, identified: Identified) -> bool: ...

    def observe(self, executed: Executed, now: Generation | None, latency_s: float) -> None: ...

    def misfit(self) -> None: ...


class InForce:
    """``now`` is None before the first generation."""

    def __init__(self, generation: Generation | None = None) -> None:
        self.now = generation
        self.trials: Sequence[Trial] = ()
        self.leaving = False
        """The process is about to end: nothing that lasts may begin, what lasts is to end."""
        self._news = asyncio.Event()
        self._held: dict[int, tuple[Generation, int]] = {}
        self._released = asyncio.Event()

    def take_over(self, generation: Generation, trials: Sequence[Trial] = ()) -> None:
        """Requests in flight keep the one they have."""
        self.now = generation
        self.trials = trials
        self._tell()

    def for_whom(self, identified: Identified) -> Generation | None:
        """The generation that a request begins with."""
        for trial in self.trials:
            if trial.meets(identified):
                return trial.generation
        return self.now

    def holds(self, generation: Generation | None) -> bool:
        """Whether a generation is in force, be it for a share: what lasts stays with it."""
        if generation is self.now:
            return True
        return any(trial.generation is generation and not trial.stopped for trial in self.trials)

    def observe(self, executed: Executed, latency_s: float) -> None:
        """Told of every answer while there are trials."""
        for trial in self._running():
            trial.observe(executed, self.now, latency_s)
            if trial.stopped:
                self._tell()

    def misfit(self, generation: Generation) -> None:
        """Told of a request that fitted the generation for everybody, and not this one."""
        for trial in self._running():
            if trial.generation is generation:
                trial.misfit()
                if trial.stopped:
                    self._tell()

    def _running(self) -> list[Trial]:
        return [trial for trial in self.trials if not trial.stopped]

    def leave(self) -> None:
        self.leaving = True
        self._tell()

    async def news(self, known: Generation | None) -> None:
        """Returns when ``known`` is in force no more, or the process leaves."""
        while self.holds(known) and not self.leaving:
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
