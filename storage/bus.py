"""News between processes: "the registry has a new revision", "a session ended". The store is the truth,
the bus only hurries.

A message may be lost, doubled or late: Redis may be away, a slow subscriber drops its oldest. So a message
says only that something changed; whoever hears it reads the store, and reads it every second anyway. Must
never: carry state, personal data, or an exception to a publisher.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from types import TracebackType
from typing import Protocol

_BACKLOG = 1_000


class Subscription:
    """What arrives on one topic from the moment of subscribing. An async iterator; ends when closed. Keeps
    the newest 1,000.
    """

    def __init__(self, topic: str) -> None:
        self.topic = topic
        self._texts: deque[str] = deque(maxlen=_BACKLOG)
        self._arrived = asyncio.Event()
        self._closed = False

    def __aiter__(self) -> Subscription:
        return self

    async def __anext__(self) -> str:
        while not self._texts:
            if self._closed:
                raise StopAsyncIteration
            self._arrived.clear()
            await self._arrived.wait()
        return self._texts.popleft()

    async def __aenter__(self) -> Subscription:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def put(self, text: str) -> None:
        """Called by the bus. Never waits."""
        if not self._closed:
            self._texts.append(text)
            self._arrived.set()

    async def close(self) -> None:
        """What has arrived can still be read; nothing more comes."""
        self._closed = True
        self._arrived.set()


class Bus(Protocol):
    """Publish and subscribe by topic."""

    async def publish(self, topic: str, text: str) -> None: ...

    async def subscribe(self, topic: str) -> Subscription: ...

    async def close(self) -> None: ...


class InProcessBus:
    """The embedded default: one process talks to itself; other processes are found by reading the store."""

    def __init__(self) -> None:
        self._topics: defaultdict[str, set[_Leaving]] = defaultdict(set)

    async def publish(self, topic: str, text: str) -> None:
        for subscription in tuple(self._topics.get(topic, ())):
            subscription.put(text)

    async def subscribe(self, topic: str) -> Subscription:
        subscription = _Leaving(topic, self)
        self._topics[topic].add(subscription)
        return subscription

    def leave(self, subscription: _Leaving) -> None:
        """No more news for this one."""
        self._topics[subscription.topic].discard(subscription)
        if not self._topics[subscription.topic]:
            del self._topics[subscription.topic]

    async def close(self) -> None:
        for subscriptions in tuple(self._topics.values()):
            for subscription in tuple(subscriptions):
                await subscription.close()


class _Leaving(Subscription):
    """A subscription that takes itself off its bus."""

    def __init__(self, topic: str, bus: InProcessBus) -> None:
        super().__init__(topic)
        self._bus = bus

    async def close(self) -> None:
        if not self._closed:
            self._bus.leave(self)
        await super().close()
