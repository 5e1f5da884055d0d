"""Whether a call is sent again, and after how long.

Waits grow twofold and are drawn at random below their bound ("full jitter": Brooker, "Exponential Backoff And Jitter",
2015). A budget (gRPC proposal A6) keeps a failing backend from getting its load once more on top: one retry for ten calls,
ten in hand. Must never: send, or know what is sent.
"""

from __future__ import annotations

import random

from connectors.backend import (
    BackendHeld,
    BackendNotReached,
    BackendTimeout,
    BackendUnreachable,
    BackendUnusable,
)
from connectors.manifest.runtime import Retry

_MOST_IN_HAND = 10.0
_A_CALL = 0.1


class Retries:
    """The retries of one backend. ``attempt`` counts from 1."""

    def __init__(self, block: Retry) -> None:
        self._block = block
        self._in_hand = _MOST_IN_HAND

    def begin(self) -> None:
        """A call is made; it adds to the budget."""
        self._in_hand = min(_MOST_IN_HAND, self._in_hand + _A_CALL)

    def after_failure_s(self, error: BackendUnreachable, attempt: int) -> float | None:
        """The wait before the next sending; None: there is none."""
        if isinstance(error, BackendHeld | BackendTimeout | BackendUnusable):
            return None
        wanted = self._block.connect if isinstance(error, BackendNotReached) else self._block.reset
        return self._next_s(attempt) if wanted else None

    def after_answer_s(self, status: int, retry_after_s: float | None, attempt: int) -> float | None:
        """The same after an answer."""
        return self.again_s(retry_after_s, attempt) if status in self._block.statuses else None

    def again_s(self, retry_after_s: float | None, attempt: int) -> float | None:
        """The same where the answer itself says, in the manifest's reading, that it is worth asking again."""
        wait_s = self._next_s(attempt)
        if wait_s is None or retry_after_s is None or not self._block.respect_retry_after:
            return wait_s
        return max(wait_s, retry_after_s)

    def spend(self) -> None:
        """A sending is repeated."""
        self._in_hand -= 1

    def _next_s(self, attempt: int) -> float | None:
        if attempt >= self._block.attempts or self._in_hand < 1:
            return None
        return random.uniform(0, self._block.backoff_s * 2 ** (attempt - 1))
