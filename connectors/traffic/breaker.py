"""A circuit breaker: when most calls fail, none is sent for a while; then one probes, and its outcome decides.

The states, and what leads from one to the next:

    closed     → open        enough calls in the window, enough of them failed
    open       → half-open   ``open_for_s`` has passed and somebody asks
    half-open  → closed      the probe went well
    half-open  → open        it did not

Outcomes that belong to an earlier state are not counted. Must never: read a clock of its own.
"""

from __future__ import annotations

from collections import deque
from typing import Literal

from connectors.backend import BackendHeld
from connectors.manifest.runtime import Breaker

State = Literal["closed", "open", "half-open"]
_BUCKETS = 10


class CircuitBreaker:
    """``admit`` before each sending, ``record`` after it."""

    def __init__(self, block: Breaker) -> None:
        self._block = block
        self._bucket_s = block.window_s / _BUCKETS
        self._buckets: deque[list[int]] = deque(maxlen=_BUCKETS)
        """``[number of the bucket, calls, failures]``."""
        self._ends_s = 0.0
        self._epoch = 0
        self._probing = False
        self.state: State = "closed"
        self.opened = 0
        """How often, since the start."""

    def check(self, now_s: float) -> None:
        """Raises: BackendHeld while nothing is to be sent."""
        if self.state == "open" and now_s < self._ends_s:
            raise BackendHeld("calls have kept failing; none is sent now", "breaker", self._ends_s - now_s)
        if self.state == "half-open" and self._probing:
            raise BackendHeld("one call is trying whether the backend is well", "breaker", self._bucket_s)

    def admit(self, now_s: float) -> int:
        """What ``record`` wants back.

        Raises: BackendHeld.
        """
        self.check(now_s)
        if self.state == "open":
            self._become("half-open")
        if self.state == "half-open":
            self._probing = True
        return self._epoch

    def record(self, admitted: int, well: bool | None, now_s: float) -> None:
        """``well`` None: the call was given up by its caller and tells nothing."""
        if admitted != self._epoch:
            return
        if self.state == "half-open":
            self._probing = False
            if well is not None:
                self._decide(well, now_s)
        elif well is not None:
            self._count(well, now_s)

    def _decide(self, well: bool, now_s: float) -> None:
        if well:
            self._become("closed")
        else:
            self._open(now_s)

    def _count(self, well: bool, now_s: float) -> None:
        number = int(now_s / self._bucket_s)
        if not self._buckets or self._buckets[-1][0] != number:
            self._buckets.append([number, 0, 0])
        self._buckets[-1][1] += 1
        if well:
            return
        self._buckets[-1][2] += 1
        recent = [bucket for bucket in self._buckets if bucket[0] > number - _BUCKETS]
        calls = sum(bucket[1] for bucket in recent)
        failed = sum(bucket[2] for bucket in recent)
        if calls >= self._block.min_calls and failed >= calls * self._block.failures:
            self._open(now_s)

    def _open(self, now_s: float) -> None:
        self.opened += 1
        self._ends_s = now_s + self._block.open_for_s
        self._become("open")

    def _become(self, state: State) -> None:
        self.state = state
        self._epoch += 1
        self._probing = False
        self._buckets.clear()
