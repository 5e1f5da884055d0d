"""How long planning has taken: the engine itself has no clock."""

from __future__ import annotations

from collections.abc import Callable
from time import thread_time


def stopwatch() -> Callable[[], float]:
    """Seconds that this thread has computed since now: waiting for others is nobody's work."""
    began_s = thread_time()
    return lambda: thread_time() - began_s
