"""The bus between machines: Redis or Valkey publish/subscribe (storage.bus says what a bus promises).

Not imported by the package itself, so that the embedded default pays nothing for it.
Must never: fail a publisher, or end a subscription because the server went away.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from storage.bus import Subscription

_log = logging.getLogger(__name__)
_RETRY_S = 0.5


class RedisBus:
    """Redis or Valkey publish/subscribe. A publisher never fails; a subscriber reconnects for ever."""

    def __init__(self, url: str, *, prefix: str = "tongban:") -> None:
        self._redis = Redis.from_url(url, decode_responses=True)
        self._prefix = prefix
        self._subscriptions: set[_RedisSubscription] = set()

    async def publish(self, topic: str, text: str) -> None:
        try:
            await self._redis.publish(self._prefix + topic, text)
        except (RedisError, OSError) as error:
            _log.warning(
                "bus: news on %s not sent (%s); others will read it from the store",
                topic,
                type(error).__name__,
            )

    async def subscribe(self, topic: str) -> Subscription:
        """Returns when the server has confirmed, or at once if it is away: then it goes on trying."""
        pubsub = self._redis.pubsub(ignore_subscribe_messages=False)
        subscription = _RedisSubscription(topic, pubsub, self._prefix + topic)
        self._subscriptions.add(subscription)
        await subscription.start()
        return subscription

    async def close(self) -> None:
        for subscription in tuple(self._subscriptions):
            await subscription.close()
        await self._redis.aclose()


class _RedisSubscription(Subscription):
    """A subscription with the task that listens for it."""

    def __init__(self, topic: str, pubsub: PubSub, channel: str) -> None:
        super().__init__(topic)
        self._pubsub = pubsub
        self._channel = channel
        self._task: asyncio.Task[None] | None = None
        self._settled = asyncio.Event()

    async def start(self) -> None:
        self._task = asyncio.create_task(self._listen())
        await self._settled.wait()

    async def close(self) -> None:
        await super().close()
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None
        with contextlib.suppress(RedisError, OSError):
            await self._pubsub.aclose()  # type: ignore[no-untyped-call]

    async def _listen(self) -> None:
        while not self._closed:
            try:
                await self._pubsub.subscribe(self._channel)
                async for message in self._pubsub.listen():
                    if message["type"] == "subscribe":
                        self._settled.set()
                    elif message["type"] == "message":
                        self.put(message["data"])
            except (RedisError, OSError) as error:
                _log.warning(
                    "bus: lost the server while listening on %s (%s)", self.topic, type(error).__name__
                )
                self._settled.set()
                await asyncio.sleep(_RETRY_S)
