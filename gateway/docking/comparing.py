"""Is a canary worse than what it is to replace? Counted in both, judged by plain thresholds. Pure.

Must never: keep anything of a request but these numbers.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

LEAST_REQUESTS = 20
"""Before them nothing is judged: one unlucky request must not stop a canary."""
MORE_ERRORS = 0.05
MORE_NULLS = 0.10
ERRORS_ALONE = 0.5
"""Share of failed requests that stops a canary that has nothing to be compared with."""
SLOWER_TIMES, SLOWER_S = 2.0, 0.1
"""Slower is: the 95th percentile more than so many times, and more than so many seconds, above."""
KEPT_LATENCIES = 500


@dataclass(slots=True)
class Counts:
    """Of the operations that touch one connector, in one generation. ``nulls`` among ``values``; latencies are the last ones."""

    requests: int = 0
    errors: int = 0
    values: int = 0
    nulls: int = 0
    latencies_s: deque[float] = field(default_factory=lambda: deque(maxlen=KEPT_LATENCIES))

    def add(self, latency_s: float, *, failed: bool, values: int, nulls: int) -> None:
        self.requests += 1
        self.errors += failed
        self.values += values
        self.nulls += nulls
        self.latencies_s.append(latency_s)

    @property
    def error_share(self) -> float:
        return self.errors / self.requests if self.requests else 0.0

    @property
    def null_share(self) -> float:
        return self.nulls / self.values if self.values else 0.0

    @property
    def p95_s(self) -> float:
        return _p95(self.latencies_s)


def worse(stable: Counts, canary: Counts) -> str:
    """Why the canary is to stop, with its figures; empty while there is no reason."""
    if canary.requests < LEAST_REQUESTS:
        return ""
    if stable.requests < LEAST_REQUESTS:
        if canary.error_share > ERRORS_ALONE:
            return f"{_percent(canary.error_share)} of its requests failed"
        return ""
    if canary.error_share > stable.error_share + MORE_ERRORS:
        return f"{_percent(canary.error_share)} of its requests failed, {_percent(stable.error_share)} before"
    if canary.null_share > stable.null_share + MORE_NULLS:
        return f"{_percent(canary.null_share)} of its values are null, {_percent(stable.null_share)} before"
    if canary.p95_s > SLOWER_TIMES * stable.p95_s and canary.p95_s > stable.p95_s + SLOWER_S:
        return f"95 % of its requests took up to {canary.p95_s:.2f} s, {stable.p95_s:.2f} s before"
    return ""


def _p95(latencies_s: Iterable[float]) -> float:
    ordered = sorted(latencies_s)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))] if ordered else 0.0


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %"
