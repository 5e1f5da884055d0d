"""Cursors of connections: opaque to the client, checked when they come back.

A cursor says where in the backend's list its item stands, and of which field it is; it holds nothing that the backend would
not take from anybody (a number, or the backend's own mark). Must never: trust one.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass

import orjson

from connectors.backend import ValueUnusable

MAX_CURSOR = 2_000
MAX_OFFSET = 2**31 - 1
BAD_CURSOR = "the cursor is none of this field"


@dataclass(frozen=True, slots=True)
class Position:
    """The next item: ``skip`` items after the page that ``mark`` leads to (None: the first), in pages of ``size``."""

    mark: str | None = None
    skip: int = 0
    size: int = 0


def field_seal(connector: str, coordinate: str) -> str:
    """What tells the cursors of one field from another's."""
    return hashlib.sha256(f"{connector} {coordinate}".encode()).hexdigest()[:8]


def written(position: Position, seal: str) -> str:
    """The cursor after which ``position`` comes."""
    parts = [seal, position.mark, position.skip, position.size]
    return base64.urlsafe_b64encode(orjson.dumps(parts)).decode().rstrip("=")


def read(cursor: object, seal: str) -> Position:
    """Raises: ValueUnusable."""
    if not isinstance(cursor, str) or not cursor or len(cursor) > MAX_CURSOR:
        raise ValueUnusable(BAD_CURSOR)
    try:
        parts = orjson.loads(
            base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        )
    except (binascii.Error, ValueError):
        raise ValueUnusable(BAD_CURSOR) from None
    if not isinstance(parts, list) or len(parts) != 4:
        raise ValueUnusable(BAD_CURSOR)
    mark, skip, size = parts[1:]
    if not (mark is None or isinstance(mark, str)) or not _is_count(skip) or not _is_count(size):
        raise ValueUnusable(BAD_CURSOR)
    position = Position(mark, skip, size)
    # another field's seal, another spelling: what we would not have written is not ours
    if written(position, seal) != cursor:
        raise ValueUnusable(BAD_CURSOR)
    return position


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_OFFSET
