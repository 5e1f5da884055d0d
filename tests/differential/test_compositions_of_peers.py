"""Composition against the peers' composers: the same verdict, the same API schema, the same codes, but where a page says why
not; and each reads what the others have composed."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from graphql import GraphQLSchema, lexicographic_sort_schema, parse, print_schema

from federation import Supergraph, Unplannable, compose, judge, load_supergraph, plan
from tests.differential.hinted_sets import hinted_sets
from tests.differential.node import needs_peers, run_among_peers
from tests.differential.wrong_sets import wrong_sets
from tests.federation.planning.pages import PAGES, Page, read

pytestmark = [needs_peers, pytest.mark.xdist_group("peers")]

COMPOSERS = ("Apollo", "Guild")
MISTAKEN = {
    ("Guild", "interface_object_with_requires"): (
        "Its supergraph no longer says that the interface object's field is external there."
    ),
}
"""Supergraphs of peers that say something else than their subgraphs do."""

REFUSED = {
    ("Guild", "query_again"): "It wants a key of the query root, which needs none: Apollo and Hive plan it."
}
"""Pages that a peer does not compose."""

Told = dict[str, dict[str, dict[str, Any]]]


@pytest.fixture(scope="module")
def pages() -> list[Page]:
    return [read(path) for path in PAGES]


@pytest.fixture(scope="module")
def told(pages: list[Page], tmp_path_factory: pytest.TempPathFactory) -> Told:
    """What the peers make of every page, every wrong set and every hinted one."""
    sets = [{"name": page.name, "sdls": page.sdls} for page in pages]
    sets += [{"name": wrong.name, "sdls": wrong.sdls} for wrong in wrong_sets()]
    sets += [{"name": hinted.name, "sdls": hinted.sdls} for hinted in hinted_sets()]
    found: Told = asyncio.run(
        run_among_peers("compositions.mjs", {"sets": sets}, tmp_path_factory.mktemp("peers"))
    )
    return found


def test_every_page_composes_to_the_same_api_schema(pages: list[Page], told: Told) -> None:
    assert len(pages) >= 60
    for page in pages:
        ours = _sorted(compose(page.sdls).api_schema)
        for composer in _composers_of(page):
            assert told[page.name][composer].get("api", told[page.name][composer]) == ours, page.name


def test_we_read_their_supergraphs_and_plan_as_many_requests(pages: list[Page], told: Told) -> None:
    for page in pages:
        ours = compose(page.sdls)
        for composer in _composers_of(page):
            theirs = load_supergraph(told[page.name][composer]["supergraph"])
            assert _sorted(theirs.api_schema) == _sorted(ours.api_schema), page.name
            if (composer, page.name) in MISTAKEN:
                continue
            for asked in page.asked:
                planned = [_requests(graph, asked.query, asked.labels) for graph in (ours, theirs)]
                assert planned[0] == planned[1], (composer, page.name, asked.query)


def test_every_wrong_set_is_told_by_the_codes_of_its_page(told: Told) -> None:
    assert len(wrong_sets()) >= 100
    for wrong in wrong_sets():
        for composer in COMPOSERS:
            assert _codes(told[wrong.name][composer]) == wrong.codes[composer], wrong.name


def test_every_hinted_set_is_told_by_the_codes_of_its_page(told: Told) -> None:
    """The Guild's composer tells no hints."""
    assert len(hinted_sets()) >= 40
    for hinted in hinted_sets():
        assert told[hinted.name]["Apollo"]["hints"] == hinted.apollos, hinted.name


def test_of_every_other_set_that_composes_the_hints_are_the_same(pages: list[Page], told: Told) -> None:
    sets = {page.name: page.sdls for page in pages} | {wrong.name: wrong.sdls for wrong in wrong_sets()}
    compared = 0
    for name, sdls in sets.items():
        composition = judge(sdls)
        if composition.supergraph is not None and "hints" in told[name]["Apollo"]:
            assert sorted(o.code for o in composition.objections) == told[name]["Apollo"]["hints"], name
            compared += 1
    assert compared >= 100


def _codes(answer: dict[str, Any]) -> frozenset[str]:
    if "codes" not in answer:
        return frozenset({"composes"})
    return frozenset("thrown" if " " in code else code for code in answer["codes"])


def _composers_of(page: Page) -> list[str]:
    return [composer for composer in COMPOSERS if (composer, page.name) not in REFUSED]


def _sorted(schema: GraphQLSchema) -> str:
    """Without ``@defer``, which the gateway adds and composers do not."""
    given = schema.to_kwargs()
    given["directives"] = tuple(each for each in given["directives"] if each.name != "defer")
    return print_schema(lexicographic_sort_schema(GraphQLSchema(**given)))


def _requests(graph: Supergraph, query: str, labels: tuple[str, ...]) -> int | None:
    try:
        return plan(graph, parse(query), active_labels=labels).fetches
    except Unplannable:
        return None
