"""Streams over HTTP as bytes: multipart (RFC 2046 §5.1) and server-sent events (WHATWG HTML §9.2).

A multipart reader knows a part to be whole when it sees the delimiter after it, so each part is written with the delimiter
that follows it.
"""

from __future__ import annotations

from typing import Protocol

import orjson

from gateway.stages.respond import told
from gateway.transports.accept import Form
from gateway.transports.incremental import Newer, Older, Values
from gateway.types import Delivered, Ended


class Framing(Protocol):
    """``opening`` goes out before anything has happened, ``heartbeat`` when nothing has happened for long."""

    opening: bytes
    heartbeat: bytes
    closing: bytes

    def part(self, delivered: Delivered) -> bytes: ...

    def single(self, body: bytes) -> bytes:
        """A whole answer that is JSON already."""
        ...


def framing_of(form: Form, request_id: str) -> Framing:
    if form is Form.EVENT_STREAM:
        return ServerSentEvents(Newer(request_id))
    if form is Form.SUBSCRIPTION:
        return MultipartSubscription(request_id)
    return Multipart(Older(request_id) if form is Form.DEFER_2022 else Newer(request_id))


_PART = b"\r\ncontent-type: application/json\r\n\r\n"


class _EachValue:
    """The values of a delivery one after the other, each framed alike."""

    def __init__(self, values: Values) -> None:
        self._values = values

    def part(self, delivered: Delivered) -> bytes:
        return b"".join(self._framed(orjson.dumps(value)) for value in self._values(delivered))

    def _framed(self, body: bytes) -> bytes:
        raise NotImplementedError


class Multipart(_EachValue):
    """An answer in parts, boundary ``-``. It is bounded by the request's deadline and needs no heartbeat."""

    opening = b"\r\n---"
    heartbeat = b""
    closing = b"--\r\n"

    def single(self, body: bytes) -> bytes:
        """The first part is the last."""
        return self._framed(b'%b,"hasNext":false}' % body[:-1])

    def _framed(self, body: bytes) -> bytes:
        return b"%b%b\r\n---" % (_PART, body)


class MultipartSubscription(_EachValue):
    """Apollo's "multipart subscriptions over HTTP" 1.0, boundary ``graphql``: answers under ``payload``; errors beside a null
    payload end the stream."""

    opening = b"\r\n--graphql"
    heartbeat = _PART + b"{}\r\n--graphql"
    closing = b"--\r\n"

    def __init__(self, request_id: str) -> None:
        super().__init__(Newer(request_id))
        self._request_id = request_id

    def part(self, delivered: Delivered) -> bytes:
        if isinstance(delivered, Ended):
            fatal = {"payload": None, "errors": told(delivered.errors, self._request_id)}
            return self._message(orjson.dumps(fatal))
        return super().part(delivered)

    def single(self, body: bytes) -> bytes:
        return self._framed(body)

    def _framed(self, body: bytes) -> bytes:
        return self._message(b'{"payload":%b}' % body)

    def _message(self, body: bytes) -> bytes:
        return b"%b%b\r\n--graphql" % (_PART, body)


class ServerSentEvents(_EachValue):
    """GraphQL over SSE, "distinct connections mode" (graphql-sse's protocol). JSON of ours has no line breaks."""

    opening = b":\n\n"
    heartbeat = b":\n\n"
    closing = b"event: complete\ndata:\n\n"

    def single(self, body: bytes) -> bytes:
        return self._framed(body)

    def _framed(self, body: bytes) -> bytes:
        return b"event: next\ndata: %b\n\n" % body
