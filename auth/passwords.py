"""Passwords by argon2id, in threads, with bounded concurrency: a storm of logins costs a queue and not the
event loop.

Must never: log a password or a hash, or take less time for a login that does not exist.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from tongban.errors import ErrorCode, OurFault

P = ParamSpec("P")
T = TypeVar("T")

_LONGEST = 1_024
_THREADS = 2
_WAITING = 100


class Passwords:
    """Hashes and verifies. ``memory_kib`` × 2 threads is the most memory it takes at once.

    Source: OWASP Password Storage Cheat Sheet: 19 MiB, two passes, one lane.
    """

    def __init__(self, *, memory_kib: int = 19_456, passes: int = 2) -> None:
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=1)
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="argon2")
        self._under_way = 0
        self._nobody = ""

    async def hash(self, password: str) -> str:
        """A new salted hash."""
        return await self._in_thread(self._hasher.hash, password)

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Whether the password fits; without a hash the same work for nothing, and False.

        Raises: OurFault (OVERLOADED) if too many wait.
        """
        if password_hash is None and not self._nobody:
            self._nobody = await self.hash("nobody's password")
        fits = await self._in_thread(self._fits, password_hash or self._nobody, password[:_LONGEST])
        return fits and password_hash is not None and len(password) <= _LONGEST

    def close(self) -> None:
        """Ends the threads."""
        self._threads.shutdown(wait=False)

    def _fits(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _in_thread(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        if self._under_way >= _WAITING:
            raise OurFault(
                ErrorCode.OVERLOADED, detail="too many logins wait for a password check", retry_after_s=2
            )
        self._under_way += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._threads, partial(work, *args, **kwargs)
            )
        finally:
            self._under_way -= 1
