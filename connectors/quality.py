"""How often a department's values break what their manifest says, by connector and coordinate; each kind of break told once.

Must never: hold a value; only how many there were.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

_log = logging.getLogger(__name__)

Kind = Literal["unfit", "normalised", "quarantined"]
"""``unfit``: breaks its type; ``quarantined``: breaks its contract; both are nulled. ``normalised``: breaks it and was mended."""


@dataclass(frozen=True, slots=True)
class QualityFinding:
    """A field has begun to break what was said of it. ``rule``: ``type``, or the part of the contract."""

    connector: str
    coordinate: str
    kind: Kind
    rule: str


class DataQuality:
    """Counts, and what was seen for the first time."""

    def __init__(self) -> None:
        self._seen: Counter[QualityFinding] = Counter()

    def count(self, connector: str, coordinate: str, kind: Kind = "unfit", rule: str = "type") -> None:
        """One value. The first of its kind is logged, with its place and without itself."""
        found = QualityFinding(connector, coordinate, kind, rule)
        self._seen[found] += 1
        if self._seen[found] == 1:
            _log.warning("data quality: %s %s is %s (%s)", connector, coordinate, kind, rule)

    def counts(self) -> Mapping[tuple[str, str], int]:
        """(connector, ``Type.field``) → how many values were nulled, since the start."""
        nulled: Counter[tuple[str, str]] = Counter()
        for found, number in self._seen.items():
            if found.kind != "normalised":
                nulled[found.connector, found.coordinate] += number
        return dict(nulled)

    def findings(self) -> Mapping[QualityFinding, int]:
        """Everything seen, in the order of its first time, with how often since."""
        return dict(self._seen)
