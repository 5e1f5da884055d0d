"""How many different people, without knowing any: HyperLogLog sketches of keyed pairwise hashes.

Must never: be asked whether somebody is in it, or show a number under ``SMALL_GROUP``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

from datasketches import hll_sketch, hll_union, tgt_hll_type

LG_K = 12
"""4,096 registers: 1.6 % standard error, at most 2.1 kB."""

SMALL_GROUP = 10
"""Groups under this are shown as ``<10`` only."""

Sketch: TypeAlias = Any
"""A ``datasketches.hll_sketch``; the library brings no types."""


def new_sketch() -> Sketch:
    return hll_sketch(LG_K, tgt_hll_type.HLL_4)


def signed_64(subject_hash: int) -> int:
    """The sketch hashes signed 64-bit integers; above them it would quietly take a lossy float."""
    low = subject_hash & 0xFFFF_FFFF_FFFF_FFFF
    return low - (1 << 64) if low >> 63 else low


def to_bytes(sketch: Sketch) -> bytes:
    stored: bytes = sketch.serialize_compact()
    return stored


def merged(stored: Iterable[bytes | None]) -> bytes | None:
    """The union, in any order and however often the same is given; None if nobody was ever known."""
    present = sorted({each for each in stored if each is not None})
    if len(present) < 2:
        return present[0] if present else None
    union = hll_union(LG_K)
    for each in present:
        union.update(hll_sketch.deserialize(each))
    return to_bytes(union.get_result(tgt_hll_type.HLL_4))


def estimate(stored: bytes | None) -> int:
    """About how many people."""
    return 0 if stored is None else round(hll_sketch.deserialize(stored).get_estimate())


def shown(people: int) -> str:
    """``0``, ``<10`` or the estimate."""
    return f"<{SMALL_GROUP}" if 0 < people < SMALL_GROUP else str(people)
