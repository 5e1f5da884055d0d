"""A stream over HTTP: parts go out as they come, no faster than the client takes them, and no longer than it stays.

At most one value waits for a slow client (beside what the server's socket buffers); one that takes nothing for
``slow_client_s`` is let go. Nothing is compressed: a compressor holds parts back.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from starlette.types import Receive, Send

from gateway.transports.accept import Form
from gateway.transports.framing import Framing, framing_of
from gateway.transports.single import common_headers, encoded
from gateway.types import Delivered, Response, Streamed
from tongban.settings import Settings

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Line:
    """One HTTP request's way back."""

    receive: Receive
    send: Send
    request_id: str
    settings: Settings

    async def start(self, form: Form, status: int = 200) -> None:
        headers = {
            "content-type": form.value,
            **common_headers(self.request_id),
            "x-accel-buffering": "no",  # nginx would wait for more
        }
        await self.send({"type": "http.response.start", "status": status, "headers": encoded(headers)})

    async def write(self, data: bytes, *, more: bool = True) -> None:
        """Raises TimeoutError when the client takes nothing."""
        async with asyncio.timeout(self.settings.slow_client_s):
            await self.send({"type": "http.response.body", "body": data, "more_body": more})

    async def gone(self) -> None:
        """Returns when the client has left."""
        while (await self.receive())["type"] != "http.disconnect":
            pass


async def write_one(line: Line, response: Response, form: Form) -> None:
    """A single answer where only streams are accepted."""
    framing = framing_of(form, line.request_id)
    await line.start(form)
    with suppress(TimeoutError):
        await line.write(framing.opening + framing.single(response.body) + framing.closing, more=False)


async def write_stream(line: Line, streamed: Streamed, form: Form) -> None:
    """Until the stream ends or the client leaves."""
    framing = framing_of(form, line.request_id)
    await line.start(form)
    writing = asyncio.create_task(_write_all(line, streamed.values, framing))
    gone = asyncio.create_task(line.gone())
    try:
        await asyncio.wait({writing, gone}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await _stopped(gone)
        await _stopped(writing)


async def _write_all(line: Line, values: AsyncGenerator[Delivered, None], framing: Framing) -> None:
    ahead = framing.opening if framing.heartbeat else b""  # without heartbeats the first part is near
    if ahead:
        await line.write(ahead)
    unsaid = b"" if ahead else framing.opening
    heartbeat_s = line.settings.heartbeat_s if framing.heartbeat else None
    async with aclosing(with_pauses(values, heartbeat_s)) as coming:
        async for value in coming:
            data = framing.heartbeat if value is None else framing.part(value)
            if unsaid + data:
                await line.write(unsaid + data)
            unsaid = b""
    await line.write(unsaid + framing.closing, more=False)


async def with_pauses(
    values: AsyncGenerator[T, None], pause_s: float | None
) -> AsyncGenerator[T | None, None]:
    """The values, and a None for each ``pause_s`` without one. Closing it stops the wait for the next."""
    following = asyncio.ensure_future(anext(values, _NO_MORE))
    try:
        while True:
            done, _ = await asyncio.wait({following}, timeout=pause_s)
            if not done:
                yield None
                continue
            value = following.result()
            if value is _NO_MORE:
                return
            yield value  # type: ignore[misc]
            following = asyncio.ensure_future(anext(values, _NO_MORE))
    finally:
        await _stopped(following)


_NO_MORE = object()


async def _stopped(task: asyncio.Future[Any]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError, TimeoutError, OSError):
        await task
