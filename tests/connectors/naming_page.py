"""``docs/naming.md`` as values: the words it maps, and the coordinate of every service."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.connectors.whole_graph import ROOT

PAGE = (ROOT / "docs" / "naming.md").read_text("utf-8")
RECEIPT = "Receipt"

_COORDINATE = re.compile(
    r"(?:(?P<owner>[A-Z]\w*)?(?P<dot>\.))?(?P<field>[a-z]\w*)"
    r"(?:\((?P<arguments>[^()]*)\))?"
    r"(?::\s*(?P<type>[\[\]\w!]+))?"
    r"(?:\s*\{(?P<fields>[^{}]*)\})?"
    r"(?:\s+\(.*\))?"
)
"""``Citizen.vehicles: [Vehicle!] { plateNumber model } (key plateNumber)``; what stands in the last brackets is for people."""


@dataclass(frozen=True, slots=True)
class Promised:
    """One coordinate of the page. A type that the page leaves out is empty."""

    service: str
    coordinate: str
    arguments: tuple[tuple[str, str], ...]
    type: str
    fields: tuple[tuple[str, str], ...]


def promised() -> list[Promised]:
    return [found for service, text in _rows("service") for found in _coordinates(service, text)]


def department_words() -> tuple[frozenset[str], frozenset[str]]:
    """The departments' words of the page, and the graph's. What stands in backticks there is not seen by an app."""
    left, right = set[str](), set[str]()
    for theirs, ours in _rows("department's word"):
        left |= set(re.findall(r"\w+", theirs))
        right |= set(re.findall(r"\w+", re.sub("`[^`]*`", "", ours)))
    return frozenset(left - right), frozenset(right)


def _rows(heading: str) -> Iterator[tuple[str, str]]:
    """The first two cells of each row of the table that begins with ``heading``."""
    inside = False
    for line in PAGE.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not line.startswith("|"):
            inside = False
        elif inside and not cells[0].startswith("---"):
            yield cells[0], cells[1]
        inside = inside or cells[0] == heading


def _coordinates(service: str, text: str) -> Iterator[Promised]:
    owner = "Mutation"
    for part in re.split(r",\s*(?![^(]*\))(?![^{]*\})", text):
        found = _COORDINATE.fullmatch(part)
        assert found is not None, f"docs/naming.md, {service}: {part}"
        owner = found["owner"] or (owner if found["dot"] else "Mutation")
        kind = found["type"] or ""
        yield Promised(
            service,
            f"{owner}.{found['field']}",
            tuple(_named(found["arguments"])),
            RECEIPT if kind == "R" else kind,
            tuple(_named(found["fields"])),
        )


def _named(text: str | None) -> Iterator[tuple[str, str]]:
    """``number status: TicketStatus`` and ``a, year: Int!``."""
    yield from re.findall(r"(\w+)(?::\s*([\[\]\w!]+))?", text or "")
