"""Small PNG pictures made of nothing but a seed: licence photos, parcel maps, certificate scans."""

from __future__ import annotations

import hashlib
import struct
import zlib


def png(seed: str, width: int = 48, height: int = 64) -> bytes:
    """A grey-scale mosaic (PNG specification, colour type 0)."""
    shades = hashlib.sha256(seed.encode()).digest()
    rows = bytearray()
    for y in range(height):
        rows.append(0)  # filter type None
        rows += bytes(shades[((y // 8) * 6 + x // 8) % len(shades)] for x in range(width))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(bytes(rows), 9))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
