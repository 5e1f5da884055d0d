"""Answers kept for a while: fresh, stale while a new one is fetched (RFC 5861 section 3), stale when the backend fails (section 4).

One fetch for all who want the same at a time; bounded in bytes, the least lately used goes first. What is kept is kept as
bytes, so that no reader can change another's. Must never: give an answer to a key that is not exactly its own.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from connectors.manifest.runtime import Cache
from tongban.clock import Clock

MAX_BYTES = 16 * 1024 * 1024
MAX_ENTRY_BYTES = 1024 * 1024
_OVERHEAD_BYTES = 300

T = TypeVar("T")


class Packing(Protocol[T]):
    """How an answer becomes bytes and back."""

    def pack(self, answer: T) -> bytes | None:
        """None for what is not to be kept."""
        ...

    def unpack(self, content: bytes) -> T: ...

    def is_failure(self, answer: T) -> bool:
        """The backend failed: a stale answer is better."""
        ...


@dataclass(frozen=True, slots=True)
class KeptCounts:
    """Since the start; ``entries`` and ``kept_bytes`` are now. ``stale`` answers were given while fetching or after a failure."""

    fresh: int
    stale: int
    fetched: int
    joined: int
    entries: int
    kept_bytes: int


@dataclass(slots=True)
class _Entry:
    content: bytes = field(repr=False)
    at_s: float


class KeptAnswers(Generic[T]):
    """The kept answers of one connector. Close it with the connector."""

    def __init__(self, clock: Clock, packing: Packing[T], *, max_bytes: int = MAX_BYTES) -> None:
        self._clock = clock
        self._packing = packing
        self._max_bytes = max_bytes
        self._entries: OrderedDict[bytes, _Entry] = OrderedDict()
        self._bytes = 0
        self._under_way: dict[bytes, asyncio.Task[T]] = {}
        self._tasks: set[asyncio.Task[T]] = set()
        """Those too whose answer nobody may have any more."""
        self._fresh = self._stale = self._fetched = self._joined = 0

    async def get(self, key: bytes, rule: Cache, fetch: Callable[[], Awaitable[T]]) -> T:
        """``key`` says everything that the answer depends on, the person too; ``fetch`` never raises."""
        entry = self._entries.get(key)
        age_s = float("inf") if entry is None else self._clock.monotonic_s() - entry.at_s
        if entry is not None:
            self._entries.move_to_end(key)
            if age_s < rule.ttl_s:
                self._fresh += 1
                return self._packing.unpack(entry.content)
            if age_s < rule.ttl_s + rule.stale_while_revalidate_s:
                self._stale += 1
                self._fetch(key, fetch)
                return self._packing.unpack(entry.content)
        answer = await asyncio.shield(self._fetch(key, fetch))
        if self._packing.is_failure(answer) and entry is not None:
            age_s = self._clock.monotonic_s() - entry.at_s
            if age_s < rule.ttl_s + rule.stale_if_error_s:
                self._stale += 1
                return self._packing.unpack(entry.content)
        return answer

    def _fetch(self, key: bytes, fetch: Callable[[], Awaitable[T]]) -> asyncio.Task[T]:
        task = self._under_way.get(key)
        if task is not None:
            self._joined += 1
            return task
        self._fetched += 1
        task = asyncio.create_task(self._fetched_and_kept(key, fetch))
        self._under_way[key] = task
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._ended(key, done))
        return task

    def _ended(self, key: bytes, task: asyncio.Task[T]) -> None:
        self._tasks.discard(task)
        if self._under_way.get(key) is task:
            del self._under_way[key]

    async def _fetched_and_kept(self, key: bytes, fetch: Callable[[], Awaitable[T]]) -> T:
        answer = await fetch()
        content = self._packing.pack(answer)
        is_wanted = self._under_way.get(key) is asyncio.current_task()
        if is_wanted and content is not None and len(content) <= MAX_ENTRY_BYTES:
            self._keep(key, content)
        return answer

    def _keep(self, key: bytes, content: bytes) -> None:
        self._drop(key)
        self._entries[key] = _Entry(content, self._clock.monotonic_s())
        self._bytes += _size(key, content)
        while self._bytes > self._max_bytes:
            self._drop(next(iter(self._entries)))

    def forget(self, is_one: Callable[[bytes], bool]) -> None:
        """Drops what is kept under such keys; what is being fetched for them is given to those who wait, and not kept."""
        for key in [key for key in self._entries if is_one(key)]:
            self._drop(key)
        for key in [key for key in self._under_way if is_one(key)]:
            del self._under_way[key]

    def _drop(self, key: bytes) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._bytes -= _size(key, entry.content)

    def counts(self) -> KeptCounts:
        """What a meter shows of it."""
        return KeptCounts(
            self._fresh, self._stale, self._fetched, self._joined, len(self._entries), self._bytes
        )

    async def close(self) -> None:
        """Ends what is under way and forgets everything."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._entries.clear()
        self._bytes = 0


def _size(key: bytes, content: bytes) -> int:
    return len(key) + len(content) + _OVERHEAD_BYTES
