"""/graphql over WebSocket: ``graphql-transport-ws`` and nothing else.

The older subprotocol ``graphql-ws`` is refused: servers that spoke both let callers in by the one that did not ask who they are
(TRUST, lessons). Whether a connection is acknowledged gates every message, and each operation walks the pipeline with the
connection's credentials, so that a token that has ended is refused there as everywhere.

Source: graphql-ws, "GraphQL over WebSocket Protocol".
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Any

import orjson
import structlog
from starlette.types import Receive, Scope, Send

from gateway.in_force import InForce
from gateway.metrics import SOCKETS
from gateway.seats import seats_of_socket
from gateway.transports import messages, request
from gateway.transports.credentials import headers_with, without_ambient
from gateway.transports.incremental import Newer
from gateway.transports.messages import Close, Closing
from gateway.types import Answer, Arrived, Ended, Streamed
from tongban.caller import Caller, Client
from tongban.clock import Clock
from tongban.errors import CallerFault, ErrorCode
from tongban.ids import new_id
from tongban.settings import Settings

log = structlog.get_logger("tongban.socket")

Identify = Callable[[str | None, Client], Awaitable[Caller]]
"""Raises CallerFault for credentials that are not good, or for none where some are needed."""


@dataclass(frozen=True, slots=True)
class Behind:
    """What sockets of a process share. ``forward_headers``: as the HTTP face has them."""

    answer: Answer
    identify: Identify
    settings: Settings
    clock: Clock
    in_force: InForce
    forward_headers: frozenset[str] = frozenset()


class SocketEndpoint:
    """An ASGI application for ``websocket`` scopes."""

    def __init__(self, behind: Behind) -> None:
        self._behind = behind
        self._open = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        refusal = self._refusal(scope)
        if refusal is not None:
            await deny(scope, send, *refusal)
            return
        self._open += 1
        SOCKETS.inc()
        try:
            headers = without_ambient(request.headers_of(scope))
            await Socket(self._behind, headers, receive, send).run()
        finally:
            self._open -= 1
            SOCKETS.dec()

    def _refusal(self, scope: Scope) -> tuple[int, ErrorCode, str] | None:
        if messages.SUBPROTOCOL not in scope.get("subprotocols", ()):
            message = f"Ask for the subprotocol {messages.SUBPROTOCOL}; no other is spoken."
            return 400, ErrorCode.MALFORMED_REQUEST, message
        if self._behind.in_force.leaving or self._open >= self._behind.settings.max_sockets:
            return 503, ErrorCode.OVERLOADED, ErrorCode.OVERLOADED.facts.en
        return None


async def deny(scope: Scope, send: Send, status: int, code: ErrorCode, message: str) -> None:
    """Before the handshake is accepted, as an HTTP answer (ASGI: WebSocket Denial Response) where the server can send one."""
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 4406})
        return
    body = orjson.dumps({"errors": [{"message": message, "extensions": {"code": code.value}}]})
    headers = [(b"content-type", b"application/json; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "websocket.http.response.start", "status": status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": body})


class Socket:
    """One connection. Until it is acknowledged, ``_headers`` is None."""

    def __init__(self, behind: Behind, headers: Mapping[str, str], receive: Receive, send: Send) -> None:
        self._behind = behind
        self._settings = behind.settings
        self._upgrade = headers
        self._headers: Mapping[str, str] | None = None
        self._receive = receive
        self._asgi_send = send
        self._seats = seats_of_socket(self._settings.max_socket_subscriptions)
        self._operations: dict[str, asyncio.Task[None]] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._broken: asyncio.Future[Closing] = asyncio.get_running_loop().create_future()

    async def run(self) -> None:
        """Until it is closed, from whichever side."""
        await self._asgi_send({"type": "websocket.accept", "subprotocol": messages.SUBPROTOCOL})
        reading = asyncio.create_task(self._read())
        leaving = asyncio.create_task(self._leave())
        try:
            ends: list[asyncio.Future[Any]] = [self._broken, reading, leaving]
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            close: Closing | None = next((end.result() for end in ends if end.done()), None)
            if close is not None:
                with suppress(OSError, TimeoutError):
                    await self._raw({"type": "websocket.close", "code": close.code, "reason": close.reason})
        finally:
            await _cancelled(reading, leaving, *self._running)

    async def _read(self) -> Closing | None:
        """Takes messages until the client has left, or says why the socket must be closed."""
        try:
            async with asyncio.timeout(self._settings.socket_init_s) as waiting:
                while True:
                    event = await self._receive()
                    if event["type"] == "websocket.disconnect":
                        return None
                    await self._take(messages.read(event.get("text"), self._settings.max_json_depth))
                    if self._headers is not None:
                        waiting.reschedule(None)
        except TimeoutError:
            return messages.INIT_TIMEOUT if waiting.expired() else messages.SLOW_CLIENT
        except Close as close:
            return close.closing
        except OSError:
            return None
        except Exception as error:
            log.error("socket failed", error=type(error).__name__, exc_info=error)
            return messages.INTERNAL

    async def _take(self, message: messages.Message) -> None:
        match message:
            case messages.Init():
                await self._init(message)
            case messages.Subscribe():
                await self._subscribe(message)
            case messages.Complete():
                operation = self._operations.pop(message.id, None)
                if operation is not None:
                    operation.cancel()
            case messages.Ping():
                await self._say(messages.pong(message.payload))
            case messages.Pong():
                pass

    async def _init(self, init: messages.Init) -> None:
        if self._headers is not None:
            raise Close(messages.INIT_TWICE)
        headers = headers_with(self._upgrade, init.payload)
        try:
            await self._behind.identify(headers.get("authorization"), request.client_of(headers))
        except CallerFault:
            raise Close(messages.FORBIDDEN) from None
        self._headers = headers
        await self._say(messages.ACK)

    async def _subscribe(self, message: messages.Subscribe) -> None:
        if self._headers is None:
            raise Close(messages.UNAUTHORIZED)
        if message.id in self._operations:
            raise Close(messages.SAME_ID)
        if len(self._running) >= self._settings.max_socket_operations:
            error = CallerFault(ErrorCode.RATE_LIMITED, retry_after_s=1)
            await self._say(
                messages.error(message.id, [{"message": error.message, "extensions": error.extensions}])
            )
            return
        operation = asyncio.create_task(self._operate(message.id, self._arrived(message, self._headers)))
        self._operations[message.id] = operation
        self._running.add(operation)
        operation.add_done_callback(self._running.discard)

    def _arrived(self, message: messages.Subscribe, headers: Mapping[str, str]) -> Arrived:
        """Headers that belong to one request (``Idempotency-Key``, ``x-request-id``, ``traceparent``) are none here: an upgrade
        is not the request."""
        received_s = self._behind.clock.monotonic_s()
        return Arrived(
            request_id=new_id(),
            received_s=received_s,
            deadline_s=received_s + self._settings.request_deadline_s,
            document=message.query,
            document_id=message.document_id,
            operation_name=message.operation_name,
            variables=message.variables,
            authorization=headers.get("authorization"),
            client=request.client_of(headers),
            forwarded={name: headers[name] for name in self._behind.forward_headers if name in headers},
            incremental=True,
            streams=True,
            seats=self._seats,
        )

    async def _operate(self, key: str, arrived: Arrived) -> None:
        try:
            answer = await self._behind.answer(arrived)
            if isinstance(answer, Streamed):
                async with aclosing(answer):
                    await self._stream(key, answer, arrived.request_id)
            elif answer.refused:
                self._operations.pop(key, None)
                await self._say(messages.error(key, orjson.loads(answer.body)["errors"]))
            else:
                await self._say(messages.next_(key, answer.body))
                await self._finish(key)
        except TimeoutError:
            self._break(messages.SLOW_CLIENT)
        except OSError:  # the client has left; so will the reader see
            pass
        except Exception as error:
            log.error("operation failed", request_id=arrived.request_id, exc_info=error)
            self._break(messages.INTERNAL)

    async def _stream(self, key: str, streamed: Streamed, request_id: str) -> None:
        values = Newer(request_id)
        async for delivered in streamed.values:
            if isinstance(delivered, Ended) and self._behind.in_force.leaving:
                return  # the socket is about to be closed, and clients subscribe again elsewhere
            for value in values(delivered):
                await self._say(messages.next_(key, orjson.dumps(value)))
        await self._finish(key)

    async def _finish(self, key: str) -> None:
        """Its id is free before the client hears so."""
        self._operations.pop(key, None)
        await self._say(messages.complete(key))

    async def _leave(self) -> Closing:
        """When the process leaves: what is running may end within a request's time."""
        await self._behind.in_force.left()
        if self._running:
            await asyncio.wait(self._running, timeout=self._settings.request_deadline_s)
        return messages.GOING_AWAY

    async def _say(self, text: str) -> None:
        """Raises TimeoutError for a client that takes nothing, OSError for one that has left."""
        await self._raw({"type": "websocket.send", "text": text})

    async def _raw(self, event: dict[str, object]) -> None:
        async with asyncio.timeout(self._settings.slow_client_s):
            await self._asgi_send(event)

    def _break(self, close: Closing) -> None:
        if not self._broken.done():
            self._broken.set_result(close)


async def _cancelled(*tasks: asyncio.Task[Any]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
