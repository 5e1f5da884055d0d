"""The hard cases of federation, each a page under ``hard_cases/``: what is special, the subgraphs, and under every
query its plan as text (or why there is none)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from graphql import parse, validate

from federation import Supergraph, Unplannable, compose, plan
from tests.federation.contexts import CONTEXT_LINK

PAGES = sorted((Path(__file__).parent / "hard_cases").glob("*.md"))
_BLOCK = re.compile(r"^```(\S+)(?: ([^\n]*))?\n(.*?)\n```$", re.M | re.S)


@dataclass(frozen=True)
class Page:
    """Subgraphs by name, and queries with their active override labels and their plans."""

    subgraphs: dict[str, str]
    queries: list[tuple[str, tuple[str, ...], str]]


def read(path: Path) -> Page:
    page = Page({}, [])
    waiting: tuple[str, tuple[str, ...]] | None = None
    for kind, said, text in _BLOCK.findall(path.read_text()):
        if kind == "plan":
            assert waiting is not None
            page.queries.append((*waiting, text))
        elif said.split()[0] == "query":
            waiting = (text, tuple(said.split()[1:]))
        else:
            page.subgraphs[said] = text
    return page


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_each_query_of_the_page_has_the_plan_below_it(path: Path) -> None:
    page = read(path)
    supergraph = compose({name: CONTEXT_LINK + sdl for name, sdl in page.subgraphs.items()})
    assert page.queries
    for query, labels, expected in page.queries:
        assert planned(supergraph, query, labels) == expected


def planned(supergraph: Supergraph, query: str, labels: tuple[str, ...]) -> str:
    document = parse(query)
    assert not validate(supergraph.api_schema, document)
    try:
        return plan(supergraph, document, active_labels=labels).text()
    except Unplannable as fault:
        return f"Unplannable: {fault.detail}"
