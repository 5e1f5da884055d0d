"""What the command line says of a plain gateway, and how worker processes hear of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

OWN_HEADERS = frozenset(
    {
        *("accept", "accept-encoding", "connection", "content-encoding", "content-length", "content-type"),
        *("expect", "host", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer"),
        *("transfer-encoding", "upgrade"),
    }
)
"""Headers that belong to one connection or describe one message (RFC 9110 §7.6.1): never a caller's to pass on."""


@dataclass(frozen=True, slots=True)
class PlainOptions:
    """At most one of ``supergraph`` and ``subgraphs``; ``issuer`` and ``audience`` together, or neither (anybody)."""

    supergraph: str | None = None
    subgraphs: str | None = None
    connectors: tuple[str, ...] = ()
    issuer: str | None = None
    audience: str | None = None
    forward_headers: tuple[str, ...] = ()
    """In lower case."""

    def to_json(self) -> str:
        return orjson.dumps(self).decode()

    @classmethod
    def from_json(cls, text: str) -> PlainOptions:
        found = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in orjson.loads(text).items()
        }
        known: dict[str, Any] = found
        return cls(**known)
