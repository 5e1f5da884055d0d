"""Time as a port, so that no test depends on a clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Wall time for records, monotonic time for durations and deadlines; both in seconds."""

    def now(self) -> datetime: ...

    def epoch_s(self) -> float: ...

    def monotonic_s(self) -> float: ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def epoch_s(self) -> float:
        return time.time()

    def monotonic_s(self) -> float:
        return time.monotonic()


class FakeClock:
    """A clock that a test moves by hand."""

    def __init__(self, epoch_s: float = 1_790_000_000.0) -> None:
        self._epoch_s = epoch_s
        self._monotonic_s = 1_000.0

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._epoch_s, UTC)

    def epoch_s(self) -> float:
        return self._epoch_s

    def monotonic_s(self) -> float:
        return self._monotonic_s

    def advance(self, seconds: float) -> None:
        self._epoch_s += seconds
        self._monotonic_s += seconds
