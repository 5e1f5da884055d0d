"""Unpacking of gzip and deflate answers with a cap on what comes out: a zip bomb costs the cap, not the
memory.

Must never: inflate more than it was allowed, or guess at other encodings.
"""

from __future__ import annotations

import zlib

from connectors.backend import BackendUnusable

_GZIP_OR_ZLIB = 47
_RAW = -15


class Inflater:
    """Feeds on chunks; ``feed`` gives what came out so far, and raises BackendUnusable over ``cap_bytes``."""

    def __init__(self, encoding: str, cap_bytes: int, status: int) -> None:
        self._encoding = encoding
        self._left = cap_bytes
        self._status = status
        self._inflate = zlib.decompressobj(_GZIP_OR_ZLIB)
        self._started = False

    def feed(self, chunk: bytes) -> bytes:
        found = bytearray()
        while chunk:
            found += self._step(chunk)
            if self._inflate.unconsumed_tail:
                raise BackendUnusable("the answer is too large", self._status)
            chunk = self._inflate.unused_data
            if chunk:
                if self._encoding != "gzip":
                    raise BackendUnusable("the answer's compression is broken", self._status)
                self._inflate = zlib.decompressobj(_GZIP_OR_ZLIB)
        return bytes(found)

    def finish(self) -> None:
        if self._started and not self._inflate.eof:
            raise BackendUnusable("the answer's compression is cut off", self._status)

    def _step(self, chunk: bytes) -> bytes:
        try:
            out = self._inflate.decompress(chunk, self._left + 1)
        except zlib.error:
            if self._started or self._encoding != "deflate":
                raise BackendUnusable("the answer's compression is broken", self._status) from None
            # RFC 9110 8.4.1.2: some senders use raw deflate without the zlib wrapper
            self._inflate = zlib.decompressobj(_RAW)
            try:
                out = self._inflate.decompress(chunk, self._left + 1)
            except zlib.error:
                raise BackendUnusable("the answer's compression is broken", self._status) from None
        self._started = True
        self._left -= len(out)
        if self._left < 0:
            raise BackendUnusable("the answer is too large", self._status)
        return out


def inflater(encoding: str, cap_bytes: int, status: int) -> Inflater | None:
    """None for an answer that isn't packed.

    Raises: BackendUnusable for an encoding that was never asked for.
    """
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return None
    if name in ("gzip", "x-gzip"):
        return Inflater("gzip", cap_bytes, status)
    if name == "deflate":
        return Inflater("deflate", cap_bytes, status)
    raise BackendUnusable("the answer's compression is unknown", status)
