"""Sets of subgraphs that compose with something worth knowing, as pages under ``hinted_sets/``, written like the wrong sets: below
the subgraphs a line ``Tongban CODE…, Apollo CODE…`` with the codes of the hints ("none": no hint), and, where they differ, why.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tests.differential.wrong_sets import sections

FOLDER = Path(__file__).parent / "hinted_sets"
_CODES = re.compile(r"^Tongban ([\w ]+), Apollo ([\w ]+)\n*(.*)", re.M | re.S)


@dataclass(frozen=True)
class HintedSet:
    name: str
    sdls: dict[str, str]
    ours: list[str]
    apollos: list[str]
    """Codes, sorted."""
    reason: str


def hinted_sets() -> list[HintedSet]:
    """All of them, by page."""
    return [_hinted(name, sdls, text) for name, sdls, text in sections(FOLDER)]


def _hinted(name: str, sdls: dict[str, str], text: str) -> HintedSet:
    ours, apollos, reason = _CODES.findall(text)[0]
    return HintedSet(name, sdls, _codes(ours), _codes(apollos), reason.strip())


def _codes(told: str) -> list[str]:
    return [code for code in told.split() if code != "none"]
