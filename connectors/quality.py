"""How often a department's values break what their manifest says, by connector and coordinate.

Must never: hold a value; only how many there were.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping


class DataQuality:
    """Counts of values that were nulled because they didn't fit."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()

    def count(self, connector: str, coordinate: str) -> None:
        self._counts[connector, coordinate] += 1

    def counts(self) -> Mapping[tuple[str, str], int]:
        """(connector, ``Type.field``) → how many, since the start."""
        return dict(self._counts)
