"""The messages of ``graphql-transport-ws``, the subscriber's side (GraphQL over WebSocket protocol, graphql-ws PROTOCOL.md).

It touches no socket. Must never: take a message that the protocol does not allow where it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from connectors.backend import BackendUnusable
from connectors.graphql_http.posting import GraphqlAnswer, decoded, errors_in, graphql_answer

Json = Any

PROTOCOL = "graphql-transport-ws"
ID = "1"
"""There is one subscription on a socket."""

SWITCHED = 101
"""The HTTP status that every failure after the handshake is told with."""

PING = '{"type":"ping"}'
PONG = '{"type":"pong"}'
COMPLETE = f'{{"id":"{ID}","type":"complete"}}'
_ANYTIME = frozenset({"ping", "pong"})
_OF_SUBSCRIPTION = frozenset({"next", "error", "complete"})


@dataclass(frozen=True, slots=True)
class Message:
    """``type``: ``connection_ack``, ``ping``, ``pong``, ``next``, ``error`` or ``complete``. ``answer``: of a ``next``, and
    of an ``error`` (no data; the errors are of the whole, so their places are left out)."""

    type: str
    answer: GraphqlAnswer | None = field(default=None, repr=False)


def init(identity: Mapping[str, str]) -> str:
    """``connection_init``; servers that look for credentials in its payload find the headers there by name."""
    message: dict[str, Json] = {"type": "connection_init"}
    if identity:
        message["payload"] = dict(identity)
    return orjson.dumps(message).decode()


def subscribe(body: bytes) -> str:
    """``body``: the same JSON that a POST would carry."""
    return f'{{"id":"{ID}","type":"subscribe","payload":{body.decode()}}}'


async def read_message(text: str, *, acknowledged: bool) -> Message:
    """Raises: BackendUnusable for whatever may not come now."""
    found = await decoded(text, SWITCHED)
    type_ = found.get("type") if isinstance(found, dict) else None
    if not isinstance(type_, str):
        raise _broken("what is no message")
    if type_ in _ANYTIME:
        return Message(type_)
    if not acknowledged:
        if type_ != "connection_ack":
            raise _broken("something came before the acknowledgement")
        return Message(type_)
    if type_ not in _OF_SUBSCRIPTION:
        raise _broken("a message of an unknown type")
    if found.get("id") != ID:
        raise _broken("a message of another subscription")
    payload = found.get("payload")
    if type_ == "next":
        return Message(type_, graphql_answer(payload, SWITCHED, {}))
    if type_ == "error":
        errors = tuple({**error, "path": None} for error in errors_in(payload))
        if not errors:
            raise _broken("an error without errors")
        return Message(type_, GraphqlAnswer(SWITCHED, {}, None, errors))
    return Message(type_)


def _broken(what: str) -> BackendUnusable:
    return BackendUnusable(what, SWITCHED)
