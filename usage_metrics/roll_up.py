"""The daily roll-up: the cell that events are counted in, and how two roll-ups of a cell become one.

Merging is associative and commutative, so deltas of any number of workers and machines may arrive in any
order.
Must never: hold a dimension with unbounded values; the meter caps what clients choose themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import blake2b
from typing import NamedTuple

from usage_metrics import people
from usage_metrics.histogram import Histogram

DAY_S = 86_400
SHANGHAI_OFFSET_S = 8 * 3600
"""Asia/Shanghai has had no summer time since 1991."""

_EPOCH = date(1970, 1, 1)


def day_number(at_s: float) -> int:
    """Days since 1970 in Asia/Shanghai."""
    return int((at_s + SHANGHAI_OFFSET_S) // DAY_S)


def date_of(day: int) -> date:
    return _EPOCH + timedelta(days=day)


class Cell(NamedTuple):
    """What is counted together. A tuple, so that looking it up is cheap."""

    day: int
    app: str
    service: str
    client_name: str
    client_version: str
    channel: str
    who: str
    kind: str
    phase: str
    outcome: str

    @property
    def digest(self) -> bytes:
        return digest_of(self)


class OperationCell(NamedTuple):
    """One client version sending one operation on one day."""

    day: int
    app: str
    client_name: str
    client_version: str
    signature: str

    @property
    def digest(self) -> bytes:
        return digest_of(self)


def digest_of(dimensions: tuple[int | str, ...]) -> bytes:
    """The cell's primary key.

    Shape: 16 bytes of BLAKE2b over the dimensions, each with its length before it.
    """
    digest = blake2b(digest_size=16)
    for dimension in dimensions:
        text = str(dimension).encode()
        digest.update(len(text).to_bytes(4, "big") + text)
    return digest.digest()


@dataclass(frozen=True, slots=True)
class RollUp:
    """A cell's counts: of a delta, of a day, or of several."""

    count: int
    latency: Histogram
    people: bytes | None

    def merged(self, other: RollUp) -> RollUp:
        return RollUp(
            self.count + other.count,
            self.latency.merged(other.latency),
            people.merged((self.people, other.people)),
        )


NOTHING = RollUp(0, Histogram(), None)
