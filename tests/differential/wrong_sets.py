"""Sets of subgraphs that do not fit, as pages under ``wrong_sets/``: what is wrong, the subgraphs, and the codes by which
we and the peers' composers tell it.

Below a heading of the second level: blocks ``graphql NAME`` (``v1``: Federation 1; ``raw``: with a link of its own), then a line
``Tongban CODE…, Apollo CODE…, Guild CODE…`` ("composes": no objection; "thrown": an error of the composer's own program),
and, where they differ, why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "wrong_sets"
WHO = ("Tongban", "Apollo", "Guild")
DIRECTIVES = (
    *("key", "shareable", "external", "requires", "provides", "override", "inaccessible", "tag"),
    *("interfaceObject", "composeDirective", "authenticated", "requiresScopes", "policy"),
    *("cost", "listSize", "context", "fromContext"),
)
LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ['
    + ", ".join(f'"@{name}"' for name in DIRECTIVES)
    + "])\n"
)
_SECTION = re.compile(r"^## (.+)$", re.M)
_BLOCK = re.compile(r"^```graphql (\w+)(?: (v1|raw))?\n(.*?)\n```$", re.M | re.S)
_CODES = re.compile(r"^Tongban ([\w ]+), Apollo ([\w ]+), Guild ([\w ]+)\n*(.*)", re.M | re.S)


@dataclass(frozen=True)
class WrongSet:
    name: str
    sdls: dict[str, str]
    codes: dict[str, frozenset[str]]
    """By composer."""
    reason: str


def wrong_sets() -> list[WrongSet]:
    """All of them, by page."""
    return [_wrong(name, sdls, text) for name, sdls, text in sections(FOLDER)]


def sections(folder: Path) -> Iterator[tuple[str, dict[str, str], str]]:
    """Of all pages of a folder: the name, the subgraphs, the whole text."""
    for path in sorted(folder.glob("*.md")):
        _, *parts = _SECTION.split(path.read_text())
        for title, text in zip(parts[::2], parts[1::2], strict=True):
            sdls = {name: sdl if kind else LINK + sdl for name, kind, sdl in _BLOCK.findall(text)}
            yield f"{path.stem}: {title}", sdls, text


def _wrong(name: str, sdls: dict[str, str], text: str) -> WrongSet:
    *codes, reason = _CODES.findall(text)[0]
    by_composer = {who: frozenset(told.split()) for who, told in zip(WHO, codes, strict=True)}
    return WrongSet(name, sdls, by_composer, reason.strip())
