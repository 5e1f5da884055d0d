"""Slows down guessing, gently: so many failures a minute for one login, then a wait. Nobody is locked out
for longer than a minute.

In memory, per process, bounded. Keeps no login, only a digest of it.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict, deque

from tongban.clock import Clock

_WINDOW_S = 60.0
_KEPT = 10_000


class LoginThrottle:
    """Counts failures per login in a sliding minute."""

    def __init__(self, clock: Clock, *, failures: int = 10) -> None:
        self._clock = clock
        self._most = failures
        self._failed: OrderedDict[bytes, deque[float]] = OrderedDict()

    def wait_s(self, login: str) -> float:
        """How long this login has to wait; 0 if it need not."""
        times = self._failed.get(_digest(login))
        if times is None:
            return 0.0
        now = self._clock.monotonic_s()
        while times and times[0] <= now - _WINDOW_S:
            times.popleft()
        return times[0] + _WINDOW_S - now if len(times) >= self._most else 0.0

    def failed(self, login: str) -> None:
        key = _digest(login)
        self._failed.setdefault(key, deque(maxlen=self._most)).append(self._clock.monotonic_s())
        self._failed.move_to_end(key)
        while len(self._failed) > _KEPT:
            self._failed.popitem(last=False)

    def succeeded(self, login: str) -> None:
        self._failed.pop(_digest(login), None)


def _digest(login: str) -> bytes:
    return hashlib.blake2b(login.casefold().encode("utf-8", "replace"), digest_size=16).digest()
