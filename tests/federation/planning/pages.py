"""The hard cases of federation, each a page under ``hard_cases/``: what is special, the subgraphs, and under every
query its plan as text (or why there is none).

Fenced blocks are read, the rest is for people:

- ``graphql NAME`` a subgraph (``graphql NAME v1``: of Federation 1), ``data`` facts for ``MadeData``;
- ``graphql query LABEL…`` a query with its active override labels, with ``@defer`` among them planned with ``@defer`` in
  force (``$slow=false``: where that is a variable's value in its ``if``), then perhaps its ``variables`` (a JSON object a line,
  each to be tried), perhaps its ``answer``, where that is not what one schema would answer, and its ``plan``;
- below a plan, ``Peers: Hive 3, Apollo 3`` are the requests that the peers' plans make ("none": they have no plan);
  ``Apollo answers otherwise`` (or Hive) names a peer whose answer is not ours, ``More than Hive`` one that makes fewer
  requests, both with the reason.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.federation.contexts import CONTEXT_LINK

PAGES = sorted((Path(__file__).parent / "hard_cases").glob("*.md"))
PEERS = ("Hive", "Apollo")
PAGES_OF_PEERS = [path for path in PAGES if not path.stem.startswith(("context_", "defer_"))]
"""Those that the peers can be asked about: Apollo's gateway refuses a graph with contexts, Hive asks such a field without
its argument; deferred fragments neither planner takes apart."""

_BLOCK = re.compile(r"^```(\S+)(?: ([^\n]*))?\n(.*?)\n```$", re.M | re.S)
_PEERS = re.compile(r"^Peers: Hive (\w+), Apollo (\w+)\b", re.M)
_MORE = re.compile(r"\b[Mm]ore than (Hive|Apollo)\b")
_OTHERWISE = re.compile(r"\b(Hive|Apollo) answers otherwise\b")


@dataclass
class Asked:
    """One query of a page and what is expected of it."""

    query: str
    labels: tuple[str, ...]
    variables: list[dict[str, Any]] = field(default_factory=lambda: [{}])
    plan: str = ""
    answer: Any = None
    peers: dict[str, str] = field(default_factory=dict)
    """Requests by peer, as the page says."""
    otherwise: tuple[str, ...] = ()
    """Peers whose answer differs."""
    more_than: tuple[str, ...] = ()
    """Peers that make fewer requests."""
    deferring: frozenset[tuple[str, bool]] | None = None


@dataclass
class Page:
    name: str
    sdls: dict[str, str]
    facts: str
    asked: list[Asked]


def read(path: Path) -> Page:
    text = path.read_text()
    page = Page(path.stem, {}, "", [])
    blocks = list(_BLOCK.finditer(text))
    for block, following in zip(blocks, [*blocks[1:], None], strict=True):
        kind, said, inner = block[1], (block[2] or "").split(), block[3]
        if kind == "graphql" and said[0] == "query":
            page.asked.append(_asked(inner, said[1:]))
        elif kind == "graphql":
            page.sdls[said[0]] = inner if "v1" in said[1:] else CONTEXT_LINK + inner
        elif kind == "data":
            page.facts = inner
        elif kind == "variables":
            page.asked[-1].variables = [json.loads(line) for line in inner.splitlines()]
        elif kind == "answer":
            page.asked[-1].answer = json.loads(inner)
        elif kind == "plan":
            page.asked[-1].plan = inner
        if page.asked:
            _note_peers(page.asked[-1], text[block.end() : following.start() if following else len(text)])
    return page


def _asked(query: str, said: list[str]) -> Asked:
    asked = Asked(query, tuple(word for word in said if word[0] not in "@$"))
    if "@defer" in said:
        values = [word[1:].split("=") for word in said if word[0] == "$"]
        asked.deferring = frozenset((name, value == "true") for name, value in values)
    return asked


def _note_peers(asked: Asked, text: str) -> None:
    counts = _PEERS.search(text)
    if counts is not None:
        asked.peers = dict(zip(PEERS, counts.groups(), strict=True))
    asked.otherwise += tuple(_OTHERWISE.findall(text))
    asked.more_than += tuple(_MORE.findall(text))
