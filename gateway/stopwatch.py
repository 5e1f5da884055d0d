"""How long planning has taken: the engine itself has no clock."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter


def stopwatch() -> Callable[[], float]:
    """Seconds since now."""
    began_s = perf_counter()
    return lambda: perf_counter() - began_s
