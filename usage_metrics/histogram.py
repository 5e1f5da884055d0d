"""Latencies in logarithmic buckets: mergeable in any order, a few dozen bytes at rest.

Bucket ``i`` holds what lies in [2^(i/8), 2^((i+1)/8)) microseconds, so a quantile is wrong by at most 4.4 %.
Must never: sample, decay or round a count; merging two histograms is adding their counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import ceil, log2

BUCKETS_PER_OCTAVE = 8
LAST_BUCKET = 36 * BUCKETS_PER_OCTAVE
"""2^36 microseconds: 19 hours and everything longer."""

_MAX_MS = 2.0**36 / 1000
_FORMAT = b"\x01"


def bucket_of(latency_ms: float) -> int:
    """The bucket of one latency; nonsense (negative, NaN) falls into the first."""
    if not latency_ms > 0.001:
        return 0
    if latency_ms >= _MAX_MS:
        return LAST_BUCKET
    return int(log2(latency_ms * 1000) * BUCKETS_PER_OCTAVE)


def middle_ms(bucket: int) -> float:
    """The geometric middle of a bucket."""
    return float(2 ** ((bucket + 0.5) / BUCKETS_PER_OCTAVE)) / 1000


class Histogram:
    """Counts by bucket."""

    __slots__ = ("counts",)

    def __init__(self, counts: Mapping[int, int] | None = None) -> None:
        self.counts: dict[int, int] = dict(counts or {})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Histogram) and self.counts == other.counts

    __hash__ = None  # type: ignore[assignment]  # mutable

    def __repr__(self) -> str:
        return f"Histogram({dict(sorted(self.counts.items()))})"

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def add(self, latency_ms: float) -> None:
        bucket = bucket_of(latency_ms)
        self.counts[bucket] = self.counts.get(bucket, 0) + 1

    def merged(self, other: Histogram) -> Histogram:
        """Both together; neither changes."""
        counts = dict(self.counts)
        for bucket, count in other.counts.items():
            counts[bucket] = counts.get(bucket, 0) + count
        return Histogram(counts)

    def quantile_ms(self, share: float) -> float | None:
        """The latency that ``share`` (0-1) of the events did not exceed; None if there are none."""
        total = self.total
        if not total:
            return None
        rank, seen = max(1, ceil(share * total)), 0
        for bucket in sorted(self.counts):
            seen += self.counts[bucket]
            if seen >= rank:
                return middle_ms(bucket)
        raise AssertionError("the counts add up to the total")

    def to_bytes(self) -> bytes:
        """Shape: a format byte, then (gap to the last bucket, count) by bucket, in LEB128."""
        out, last = bytearray(_FORMAT), 0
        for bucket in sorted(self.counts):
            out += _varint(bucket - last) + _varint(self.counts[bucket])
            last = bucket
        return bytes(out)

    @classmethod
    def from_bytes(cls, stored: bytes) -> Histogram:
        """Raises ValueError for a format that this version does not know."""
        if stored[:1] != _FORMAT:
            raise ValueError("not a histogram of format 1")
        numbers, bucket, counts = _varints(stored[1:]), 0, {}
        for gap in numbers:
            bucket += gap
            counts[bucket] = next(numbers)
        return cls(counts)


def _varint(number: int) -> bytes:
    """LEB128."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _varints(stored: bytes) -> Iterator[int]:
    number, shift = 0, 0
    for byte in stored:
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            yield number
            number, shift = 0, 0
