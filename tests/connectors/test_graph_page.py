"""The examples of ``docs/graph.md`` fit the graph that is published."""

from __future__ import annotations

import re

import pytest
from graphql import parse, validate

from tests.connectors.whole_graph import ROOT, WholeGraph

PAGE = (ROOT / "docs" / "graph.md").read_text("utf-8")
EXAMPLES = re.findall(r"```graphql\n(.*?)```", PAGE, re.DOTALL)


def test_the_page_has_five_examples() -> None:
    assert len(EXAMPLES) == 5


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: text.split()[1].partition("(")[0])
def test_an_example_is_valid_against_the_graph(example: str, whole_graph: WholeGraph) -> None:
    assert validate(whole_graph.supergraph.api_schema, parse(example)) == []


def test_every_type_that_the_page_names_exists(whole_graph: WholeGraph) -> None:
    names = set(re.findall(r"`([A-Z][A-Za-z]+)`", PAGE))
    assert names <= set(whole_graph.supergraph.api_schema.type_map)
    assert {"Citizen", "Enterprise", "Matter", "Receipt", "Service"} <= names
