"""Subscriptions of a GraphQL backend over the network: an operation's body out, GraphQL answers in, one an event.

A way (WebSocket, server-sent events) raises BackendUnreachable and its kinds, and ends where the backend completes.
Each has one connection, which is closed with the generator; nothing is read ahead of whoever takes the events.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing, suppress
from typing import Any, Protocol

from connectors.backend import BackendTimeout, BackendUnreachable, BackendUnusable
from connectors.channel import Channel, OpenSocket
from connectors.graphql_http.event_stream import EventStream
from connectors.graphql_http.posting import GraphqlAnswer, decoded, graphql_answer, written
from connectors.graphql_http.socket_messages import (
    COMPLETE,
    PING,
    PONG,
    PROTOCOL,
    SWITCHED,
    Message,
    init,
    read_message,
    subscribe,
)
from connectors.web_socket import SocketClosed
from federation.subgraph import FetchContext, FetchResult
from tongban.errors import TongbanError

Json = Any

PING_AFTER_S = 25.0
"""A WebSocket silent for so long is asked for a sign of life."""

PONG_WITHIN_S = 10.0
"""One that does not give it by then is given up."""

_SSE_HEADERS = {"Content-Type": "application/json", "Accept": "text/event-stream"}
_CLOSED_AS = {4401: 401, 4403: 403, 4429: 429}
"""Close codes of the protocol that mean the same as an HTTP status."""

_ABOUT_US = frozenset({401, 429, 503})
"""Statuses of a refused handshake that say nothing of which protocols are spoken."""


class NotSpoken(BackendUnusable):
    """The backend answers, but does not speak this protocol at this address."""


class Way(Protocol):
    """One way to subscribe."""

    def answers(
        self, start: bytes, variables: Mapping[str, Json], context: FetchContext
    ) -> AsyncGenerator[GraphqlAnswer, None]:
        """``start`` is what ``posting.opening`` gave. What is opened is closed with the generator.

        Raises: NotSpoken before anything else; BackendUnreachable and its kinds.
        """
        ...


class OverWebSocket:
    """``graphql-transport-ws``, one subscription a socket."""

    def __init__(
        self,
        channel: Channel,
        url: str,
        *,
        ping_after_s: float = PING_AFTER_S,
        pong_within_s: float = PONG_WITHIN_S,
    ) -> None:
        self._channel = channel
        self._url = url
        self._ping_after_s = ping_after_s
        self._pong_within_s = pong_within_s

    async def answers(
        self, start: bytes, variables: Mapping[str, Json], context: FetchContext
    ) -> AsyncGenerator[GraphqlAnswer, None]:
        body = written(start, variables)
        async with aclosing(self._messages(body, context)) as messages:
            try:
                async for message in messages:
                    if message.answer is not None:
                        yield message.answer
            except SocketClosed as closed:
                status = _CLOSED_AS.get(closed.close_code)
                if status is not None:
                    raise BackendUnusable(str(closed), status) from None
                raise
            except BackendUnusable as error:
                if error.status != SWITCHED and error.status not in _ABOUT_US:
                    raise NotSpoken(str(error), error.status) from None
                raise

    async def _messages(self, body: bytes, context: FetchContext) -> AsyncGenerator[Message, None]:
        async with self._channel.socket(self._url, PROTOCOL, context) as opened:
            await opened.socket.send(init(opened.identity))
            await self._acknowledged(opened)
            await opened.socket.send(subscribe(body))
            listening = True
            try:
                while listening:
                    message = await self._message(opened)
                    listening = message.type not in ("error", "complete")
                    yield message
            finally:
                if listening:
                    with suppress(BackendUnreachable):
                        await opened.socket.send(COMPLETE)

    async def _acknowledged(self, opened: OpenSocket) -> None:
        async with asyncio.timeout_at(opened.deadline_s):
            acknowledged = False
            while not acknowledged:
                text = await opened.socket.receive(self._ping_after_s)
                if text is not None:
                    message = await read_message(text, acknowledged=False)
                    acknowledged = message.type == "connection_ack"
                    await _answer_ping(opened, message)

    async def _message(self, opened: OpenSocket) -> Message:
        """The next message of the subscription."""
        while True:
            text = await opened.socket.receive(self._ping_after_s)
            if text is None:
                await opened.socket.send(PING)
                text = await opened.socket.receive(self._pong_within_s)
            if text is None:
                raise BackendTimeout("the WebSocket gives no sign of life")
            message = await read_message(text, acknowledged=True)
            await _answer_ping(opened, message)
            if message.type not in ("ping", "pong"):
                return message


async def _answer_ping(opened: OpenSocket, message: Message) -> None:
    if message.type == "ping":
        await opened.socket.send(PONG)


class OverEventStream:
    """GraphQL over SSE, "distinct connections" mode: a POST of its own for each subscription."""

    def __init__(self, channel: Channel, url: str) -> None:
        self._channel = channel
        self._url = url

    async def answers(
        self, start: bytes, variables: Mapping[str, Json], context: FetchContext
    ) -> AsyncGenerator[GraphqlAnswer, None]:
        cap_bytes = self._channel.max_body_bytes
        body = written(start, variables)
        async with self._channel.stream(self._url, _SSE_HEADERS, body, context) as streamed:
            if (
                streamed.media_type != "text/event-stream"
            ):  # a refusal may well be a stream (Yoga: status 400)
                raw = await streamed.whole(cap_bytes)
                yield await _refusal(raw.content, raw.status, raw.headers)
                return
            events = EventStream(cap_bytes)
            async for chunk in streamed.chunks():
                for event in events.feed(chunk):
                    if event.type == "complete":
                        return
                    if event.type == "next":
                        yield graphql_answer(await decoded(event.data, streamed.status), streamed.status, {})
        raise BackendUnreachable("the stream broke off")


async def _refusal(content: bytes, status: int, headers: Mapping[str, str]) -> GraphqlAnswer:
    """The errors of an answer that is no stream.

    Raises: NotSpoken where there are none; BackendUnusable where its status says what is wrong.
    """
    try:
        answer = graphql_answer(await decoded(content, status), status, headers)
    except BackendUnusable:
        answer = GraphqlAnswer(status, headers, None, ())
    if answer.errors:
        return GraphqlAnswer(status, headers, None, tuple({**each, "path": None} for each in answer.errors))
    if status in _ABOUT_US:
        raise BackendUnusable("the subscription was refused", status)
    raise NotSpoken("the answer is no event stream", status)


class WhicheverIsSpoken:
    """Tries ways in order; one that is not spoken goes to the end of the line, for later subscriptions too."""

    def __init__(self, *ways: Way) -> None:
        self._ways = list(ways)

    async def answers(
        self, start: bytes, variables: Mapping[str, Json], context: FetchContext
    ) -> AsyncGenerator[GraphqlAnswer, None]:
        last: NotSpoken | None = None
        for way in tuple(self._ways):
            try:
                async with aclosing(way.answers(start, variables, context)) as answers:
                    async for answer in answers:
                        yield answer
                return
            except NotSpoken as error:
                last = error
                self._ways.remove(way)
                self._ways.append(way)
        assert last is not None
        raise last


async def results(
    answers: AsyncGenerator[GraphqlAnswer, None],
    result: Callable[[GraphqlAnswer], FetchResult],
    failed: Callable[[BackendUnreachable | TongbanError | RecursionError], FetchResult],
) -> AsyncGenerator[FetchResult, None]:
    """Answers as a subgraph's events; a failure is the last of them."""
    async with aclosing(answers):
        try:
            async for answer in answers:
                yield result(answer)
        except (BackendUnreachable, TongbanError, RecursionError) as error:
            yield failed(error)
