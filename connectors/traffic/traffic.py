"""One backend's traffic: every request to it passes here, through breaker, queue and rate, and perhaps once more.

Must never: send anything itself, or wait beyond the deadline.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from connectors.backend import BackendHeld, BackendTimeout, BackendUnreachable
from connectors.manifest.runtime import Breaker, Limits, Retry
from connectors.retry_after import retry_after_s
from connectors.traffic.breaker import CircuitBreaker, State
from connectors.traffic.bulkhead import Bulkhead
from connectors.traffic.rate import RateLimit
from connectors.traffic.retries import Retries
from connectors.transport import RawAnswer
from tongban.clock import Clock

Attempt = Callable[[], Awaitable[RawAnswer]]


@dataclass(frozen=True, slots=True)
class TrafficCounts:
    """Since the start, but for ``under_way``, ``waiting`` and ``breaker``, which are now. ``held_…``: not sent, by whose order."""

    sent: int
    repeated: int
    failed: int
    held_by_queue: int
    held_by_rate: int
    held_by_breaker: int
    opened: int
    under_way: int
    waiting: int
    breaker: State


class Traffic:
    """The limits of one backend at work."""

    def __init__(
        self, clock: Clock, limits: Limits, *, retry: Retry | None = None, breaker: Breaker | None = None
    ) -> None:
        self._clock = clock
        self._timeout_s = limits.timeout_s
        self._bulkhead = Bulkhead(limits.concurrency, limits.queue)
        self._rate = None if limits.rate is None else RateLimit(limits.rate)
        self._retries = None if retry is None else Retries(retry)
        self.breaker = None if breaker is None else CircuitBreaker(breaker)
        self._sent = self._repeated = self._failed = 0
        self._held = {"queue": 0, "rate": 0, "breaker": 0}

    async def send(self, attempt: Attempt, deadline_s: float, *, repeatable: bool) -> RawAnswer:
        """``attempt`` makes one sending, credentials included. ``repeatable``: sending it twice does what sending it once does.

        Raises: what ``attempt`` does; BackendHeld, BackendTimeout.
        """
        retries = self._retries if repeatable else None
        if retries is None:
            return await self._one(attempt, deadline_s)
        retries.begin()
        number = 0
        while True:
            number += 1
            try:
                answer = await self._one(attempt, deadline_s)
            except BackendUnreachable as error:
                wait_s = retries.after_failure_s(error, number)
                if not self._in_time(wait_s, deadline_s):
                    raise
            else:
                wait_s = retries.after_answer_s(answer.status, retry_after_s(answer.headers), number)
                if not self._in_time(wait_s, deadline_s):
                    return answer
            retries.spend()
            self._repeated += 1
            await asyncio.sleep(wait_s or 0)

    def _in_time(self, wait_s: float | None, deadline_s: float) -> bool:
        return wait_s is not None and self._clock.monotonic_s() + wait_s < deadline_s

    async def _one(self, attempt: Attempt, deadline_s: float) -> RawAnswer:
        try:
            if self.breaker is not None:
                self.breaker.check(self._clock.monotonic_s())
            await self._bulkhead.enter(deadline_s - self._clock.monotonic_s())
            try:
                await self._turn(deadline_s)
                return await self._watched(attempt, deadline_s)
            finally:
                self._bulkhead.leave()
        except BackendHeld as held:
            self._held[held.by] += 1
            raise

    async def _turn(self, deadline_s: float) -> None:
        if self._rate is None:
            return
        wait_s = self._rate.turn_s(self._clock.monotonic_s(), deadline_s)
        if wait_s > 0:
            await asyncio.sleep(wait_s)

    async def _watched(self, attempt: Attempt, deadline_s: float) -> RawAnswer:
        breaker, begun_s = self.breaker, self._clock.monotonic_s()
        admitted = 0
        if breaker is not None:
            admitted = breaker.admit(begun_s)
        self._sent += 1
        well: bool | None = None
        try:
            answer = await attempt()
            well = _is_well(answer)
            return answer
        except BackendTimeout:
            # who had little time left learns nothing of the backend
            well = False if deadline_s - begun_s >= self._timeout_s / 2 else None
            raise
        except BackendUnreachable:
            well = False
            raise
        finally:
            self._failed += well is False
            if breaker is not None:
                breaker.record(admitted, well, self._clock.monotonic_s())

    def counts(self) -> TrafficCounts:
        """What a meter shows of it."""
        breaker = self.breaker
        return TrafficCounts(
            self._sent,
            self._repeated,
            self._failed,
            self._held["queue"],
            self._held["rate"],
            self._held["breaker"],
            0 if breaker is None else breaker.opened,
            self._bulkhead.under_way,
            self._bulkhead.waiting,
            "closed" if breaker is None else breaker.state,
        )


def _is_well(answer: RawAnswer) -> bool:
    """SOAP 1.1 (section 6.2) sends every fault with status 500: an answer in XML is one of the application."""
    if answer.status < 500 or answer.status == 501:
        return True
    return answer.status == 500 and "xml" in answer.headers.get("content-type", "")
