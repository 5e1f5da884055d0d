"""The HTTP face of /graphql: GraphQL over HTTP, as a bare ASGI application. It reads, negotiates and writes; it decides nothing else.

Source: GraphQL over HTTP specification (graphql.github.io/graphql-over-http), draft of 2025; sections cited at the lines.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import aclosing

from starlette.types import Receive, Scope, Send

from gateway.transports import request
from gateway.transports.accept import JSON, UNKNOWN, Accepted, accepted
from gateway.transports.single import write
from gateway.transports.streaming import Line, write_one, write_stream
from gateway.types import Answer, Arrived, Response, Streamed
from tongban.clock import Clock
from tongban.errors import CallerFault, ErrorCode, TongbanError
from tongban.settings import Settings

Refuse = Callable[[str, TongbanError], Response]


class GraphQLEndpoint:
    """``answer`` is the pipeline; ``refuse`` words an error that came before it."""

    def __init__(
        self,
        answer: Answer,
        refuse: Refuse,
        settings: Settings,
        clock: Clock,
        forward_headers: frozenset[str] = frozenset(),
    ) -> None:
        """``forward_headers``: names, in lower case, of headers that go on to backends."""
        self._forward_headers = forward_headers
        self._answer = answer
        self._refuse = refuse
        self._settings = settings
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = request.headers_of(scope)
        line = Line(receive, send, request.request_id_of(headers), self._settings)
        takes = UNKNOWN
        answer: Response | Streamed
        try:
            takes = accepted(headers.get("accept"))
            answer = await self._answer(await self._arrived(scope, receive, headers, takes, line.request_id))
        except TongbanError as error:
            answer = self._refuse(line.request_id, error)
        if isinstance(answer, Streamed):
            form = takes.events if answer.subscription else takes.parts
            assert form is not None, "nothing is streamed that was not asked for"
            async with aclosing(answer):
                await write_stream(line, answer, form)
        elif takes.single is None and takes.stream_of_one is not None and answer.well_formed:
            await write_one(line, answer, takes.stream_of_one)
        else:
            await write(send, answer, takes.single or JSON, headers, line.request_id)

    async def _arrived(
        self, scope: Scope, receive: Receive, headers: Mapping[str, str], takes: Accepted, request_id: str
    ) -> Arrived:
        received_s = self._clock.monotonic_s()
        method = scope["method"]
        if method == "POST":
            request.require_json(headers.get("content-type"))
            body = await self._body(receive, headers)
            parameters = request.decoded(body, self._settings.max_json_depth)
        elif method == "GET":
            parameters = request.query_parameters(scope["query_string"], self._settings)
        else:
            raise CallerFault(ErrorCode.METHOD_NOT_ALLOWED)
        return Arrived(
            request_id=request_id,
            received_s=received_s,
            deadline_s=received_s + self._settings.request_deadline_s,
            document=request.text_of(parameters, "query"),
            document_id=scope.get("path_params", {}).get("document_id") or request.document_id_of(parameters),
            operation_name=request.text_of(parameters, "operationName") or None,
            variables=request.mapping_of(parameters, "variables"),
            authorization=headers.get("authorization"),
            client=request.client_of(headers),
            idempotency_key=request.idempotency_key_of(headers),
            traceparent=request.traceparent_of(headers),
            read_only=method == "GET",
            forwarded={name: headers[name] for name in self._forward_headers if name in headers},
            incremental=takes.parts is not None,
            streams=takes.events is not None,
        )

    async def _body(self, receive: Receive, headers: Mapping[str, str]) -> bytes:
        """At most ``max_body_bytes``, within the request's deadline; compressed requests are refused, never inflated."""
        limit = self._settings.max_body_bytes
        if headers.get("content-encoding", "").lower() not in ("", "identity"):
            raise CallerFault(ErrorCode.UNSUPPORTED_MEDIA_TYPE, "Send the request without compression.")
        if headers.get("content-length", "0").isdigit() and int(headers.get("content-length", "0")) > limit:
            raise CallerFault(ErrorCode.REQUEST_TOO_LARGE, f"The body is larger than {limit} bytes.")
        chunks: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(self._settings.request_deadline_s):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise CallerFault(ErrorCode.MALFORMED_REQUEST, "The body ended early.")
                    chunks.append(message.get("body", b""))
                    size += len(chunks[-1])
                    if size > limit:
                        raise CallerFault(
                            ErrorCode.REQUEST_TOO_LARGE, f"The body is larger than {limit} bytes."
                        )
                    if not message.get("more_body", False):
                        return b"".join(chunks)
        except TimeoutError:
            raise CallerFault(ErrorCode.MALFORMED_REQUEST, "The body did not arrive in time.") from None
