"""Work that would hold up everybody else on the event loop, done in threads: once for all who wait for the same."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar, cast

from tongban.errors import ErrorCode, OurFault

T = TypeVar("T")

THREADS = 2
"""They share one interpreter: more would be no faster, fewer would let one large operation hold up the next."""

MOST_WAITING = 64
"""Pieces of work under way or waiting for a thread."""

_SWITCH_S = 0.0005
"""So long the event loop waits at most for the interpreter while a thread computes."""


class Beside:
    """One for a process. Belongs to the event loop that asks it."""

    def __init__(self) -> None:
        self._threads: ThreadPoolExecutor | None = None
        self._under_way: dict[Hashable, asyncio.Future[Any]] = {}

    async def once(self, key: Hashable, work: Callable[[], T]) -> T:
        """What the work gives or raises; who asks by the same key meanwhile gets the same. It goes on when nobody waits any
        more, so it must be bounded.

        Raises: OurFault(OVERLOADED), where too much is waiting.
        """
        found = self._under_way.get(key)
        if found is None:
            if len(self._under_way) >= MOST_WAITING:
                raise OurFault(ErrorCode.OVERLOADED, retry_after_s=1)
            found = asyncio.get_running_loop().run_in_executor(self._pool(), work)
            self._under_way[key] = found
            found.add_done_callback(lambda done: self._over(key, done))
        return cast(T, await asyncio.shield(found))

    def _pool(self) -> ThreadPoolExecutor:
        if self._threads is None:
            sys.setswitchinterval(min(_SWITCH_S, sys.getswitchinterval()))
            self._threads = ThreadPoolExecutor(THREADS, "beside")
        return self._threads

    def _over(self, key: Hashable, done: asyncio.Future[Any]) -> None:
        del self._under_way[key]
        if not done.cancelled():
            done.exception()  # seen, even if nobody waits any more
