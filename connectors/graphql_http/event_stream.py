"""Server-sent events, the reading side (HTML standard, 9.2.6): bytes in, events out.

It knows no GraphQL and touches no socket. Must never: hold more of an event than its cap.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from connectors.backend import BackendUnusable

_BOM = b"\xef\xbb\xbf"
_CR, _LF = 13, 10
_LINE_END = re.compile(rb"[\r\n]")


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """``type`` is ``message`` where the stream names none; lines of data are joined by line feeds."""

    type: str
    data: bytes = field(repr=False)


class EventStream:
    """Fed with chunks cut anywhere. An event without data counts too, if it has a type: ``complete`` has none."""

    def __init__(self, max_event_bytes: int) -> None:
        self._cap = max_event_bytes
        self._line = bytearray()
        self._data: list[bytes] = []
        self._type = b""
        self._held = 0
        self._after_cr = False
        self._at_start = True

    def feed(self, chunk: bytes) -> Iterator[ServerEvent]:
        """The events that end within the chunk. Exhaust it before feeding more.

        Raises: BackendUnusable for an event (or a line) over the cap.
        """
        at = 0
        while at < len(chunk):
            if self._after_cr:
                self._after_cr = False
                at += chunk[at] == _LF
                continue
            end = _line_end(chunk, at)
            self._hold(end - at)
            self._line += chunk[at:end]
            if end == len(chunk):
                return
            self._after_cr = chunk[end] == _CR
            at = end + 1
            found = self._ended(bytes(self._line))
            self._line.clear()
            if found is not None:
                yield found

    def _hold(self, count: int) -> None:
        self._held += count
        if self._held > self._cap:
            raise BackendUnusable("an event is too large", 200)

    def _ended(self, line: bytes) -> ServerEvent | None:
        if self._at_start:
            self._at_start = False
            line = line.removeprefix(_BOM)
        if not line:
            return self._dispatched()
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"data":
            self._data.append(value)
            self._hold(1)
        elif name == b"event":
            self._held -= len(line) - len(value) + len(self._type)
            self._type = value
        else:
            self._held -= len(line)
        return None

    def _dispatched(self) -> ServerEvent | None:
        data, type_ = self._data, self._type
        self._data, self._type, self._held = [], b"", 0
        if not data and not type_:
            return None
        return ServerEvent(type_.decode("utf-8", "replace") or "message", b"\n".join(data))


def _line_end(chunk: bytes, at: int) -> int:
    """Where the line that goes on at ``at`` ends, or the end of the chunk."""
    found = _LINE_END.search(chunk, at)
    return found.start() if found is not None else len(chunk)
