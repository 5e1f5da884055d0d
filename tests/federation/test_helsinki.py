"""Helsinki's four subgraphs, written by others and in production, compose to the supergraph that Helsinki published."""

from __future__ import annotations

from pathlib import Path

import pytest
from graphql import lexicographic_sort_schema, print_schema

from federation import Supergraph, compose, load_supergraph

PUBLISHED = Path(__file__).resolve().parents[3] / "shared" / "apis" / "graphql"
NAMES = ("cms", "events", "unified-search", "venues")

pytestmark = pytest.mark.skipif(not PUBLISHED.is_dir(), reason="../shared/apis is not beside this repository")


@pytest.fixture(scope="module")
def ours() -> Supergraph:
    return compose({name: (PUBLISHED / f"fi-helsinki-{name}.graphql").read_text("utf-8") for name in NAMES})


@pytest.fixture(scope="module")
def theirs() -> Supergraph:
    return load_supergraph((PUBLISHED / "fi-helsinki-SUPERGRAPH.graphql").read_text("utf-8"))


def test_the_api_schema_is_the_published_one_descriptions_included(
    ours: Supergraph, theirs: Supergraph
) -> None:
    composed, published = (print_schema(lexicographic_sort_schema(g.api_schema)) for g in (ours, theirs))
    # lists, for the first line that differs
    assert composed.splitlines() == published.splitlines()


def test_the_same_subgraphs_answer_the_same_fields_by_the_same_keys(
    ours: Supergraph, theirs: Supergraph
) -> None:
    assert ours.names == theirs.names
    assert ours.owners == theirs.owners
    assert ours.keys == theirs.keys
    assert ours.possible == theirs.possible
