"""The messages of ``graphql-transport-ws``, as values: what a client may say, and how ours are written.

Source: graphql-ws, "GraphQL over WebSocket Protocol"; each close code is from there, but for those of RFC 6455 §7.4.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from gateway.transports import request
from tongban.errors import CallerFault

SUBPROTOCOL = "graphql-transport-ws"
MOST_ID = 128


@dataclass(frozen=True, slots=True)
class Closing:
    """How a socket is closed; ``reason`` holds nothing that a client sent."""

    code: int
    reason: str


class Close(Exception):
    """The socket is to be closed."""

    def __init__(self, closing: Closing) -> None:
        super().__init__(closing.reason)
        self.closing = closing


GOING_AWAY = Closing(1001, "Going away")
SLOW_CLIENT = Closing(1008, "The client takes nothing")
INTERNAL = Closing(1011, "Internal error")
UNAUTHORIZED = Closing(4401, "Unauthorized")
FORBIDDEN = Closing(4403, "Forbidden")
INIT_TIMEOUT = Closing(4408, "Connection initialisation timeout")
SAME_ID = Closing(4409, "Subscriber for this id already exists")
INIT_TWICE = Closing(4429, "Too many initialisation requests")


def invalid(why: str) -> Close:
    return Close(Closing(4400, f"Invalid message: {why}"))


@dataclass(frozen=True, slots=True)
class Init:
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Subscribe:
    id: str
    query: str | None
    document_id: str | None
    operation_name: str | None
    variables: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Complete:
    id: str


@dataclass(frozen=True, slots=True)
class Ping:
    payload: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Pong:
    pass


Message = Init | Subscribe | Complete | Ping | Pong


def read(text: str | None, max_depth: int) -> Message:
    """``text`` None: a binary message. Raises Close."""
    if text is None:
        raise invalid("text is expected")
    try:
        message = request.decoded(text, max_depth)
        return _read(message)
    except CallerFault:
        raise invalid("the shape of a GraphQL message is expected") from None


def _read(message: Mapping[str, Any]) -> Message:
    kind = message.get("type")
    if kind == "subscribe":
        return _subscribe(_id(message), message.get("payload"))
    if kind == "complete":
        return Complete(_id(message))
    payload = message.get("payload")
    if payload is not None and not isinstance(payload, dict):
        raise invalid("payload must be an object")
    if kind == "connection_init":
        return Init(payload or {})
    if kind == "ping":
        return Ping(payload)
    if kind == "pong":
        return Pong()
    raise invalid("unknown type")


def _id(message: Mapping[str, Any]) -> str:
    found = message.get("id")
    if not isinstance(found, str) or not 0 < len(found) <= MOST_ID:
        raise invalid(f"id must be a string of 1 to {MOST_ID} characters")
    return found


def _subscribe(key: str, payload: Any) -> Subscribe:
    """Raises Close, CallerFault."""
    if not isinstance(payload, dict):
        raise invalid("payload must be an object")
    return Subscribe(
        key,
        request.text_of(payload, "query"),
        request.document_id_of(payload),
        request.text_of(payload, "operationName") or None,
        request.mapping_of(payload, "variables"),
    )


ACK = '{"type":"connection_ack"}'


def pong(payload: Mapping[str, Any] | None) -> str:
    return _text("pong", None, orjson.dumps(payload) if payload is not None else None)


def next_(key: str, payload: bytes) -> str:
    return _text("next", key, payload)


def error(key: str, errors: Any) -> str:
    return _text("error", key, orjson.dumps(errors))


def complete(key: str) -> str:
    return _text("complete", key, None)


def _text(kind: str, key: str | None, payload: bytes | None) -> str:
    """``payload`` is JSON already, and may be large: it is put in as it is."""
    said = f',"id":{orjson.dumps(key).decode()}' if key is not None else ""
    body = f',"payload":{payload.decode()}' if payload is not None else ""
    return f'{{"type":"{kind}"{said}{body}}}'
