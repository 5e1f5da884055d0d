"""A backend's rate: at most so many requests in any period, whichever way the period is laid.

The last turns given are kept, so the bound is exact; a token bucket would let twice as many through around its refill.
Must never: give a turn after the caller's deadline.
"""

from __future__ import annotations

from collections import deque

from connectors.backend import BackendHeld
from connectors.manifest.runtime import Rate


class RateLimit:
    """Gives turns in order. A turn once given is used up, whatever becomes of it."""

    def __init__(self, rate: Rate) -> None:
        self._period_s = rate.period_s
        self._turns: deque[float] = deque(maxlen=rate.count)

    def turn_s(self, now_s: float, deadline_s: float) -> float:
        """How long to wait for the turn that is given now.

        Raises: BackendHeld if that turn would come too late.
        """
        turns = self._turns
        at = now_s if len(turns) < (turns.maxlen or 0) else max(now_s, turns[0] + self._period_s)
        if at > now_s and at >= deadline_s:
            raise BackendHeld("the backend's rate allows no more now", "rate", at - now_s)
        turns.append(at)
        return at - now_s
