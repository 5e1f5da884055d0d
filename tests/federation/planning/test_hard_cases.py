"""The plans of the hard cases are those on their pages (``pages.py``)."""

from __future__ import annotations

from pathlib import Path

import pytest
from graphql import parse

from federation import Supergraph, Unplannable, compose, plan, validate
from tests.federation.planning.pages import PAGES, Asked, read


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_each_query_of_the_page_has_the_plan_below_it(path: Path) -> None:
    page = read(path)
    supergraph = compose(page.sdls)
    assert page.asked
    for asked in page.asked:
        assert planned(supergraph, asked) == asked.plan


def planned(supergraph: Supergraph, asked: Asked) -> str:
    document = parse(asked.query)
    assert not validate(supergraph.api_schema, document)
    try:
        return plan(supergraph, document, active_labels=asked.labels, deferring=asked.deferring).text()
    except Unplannable as fault:
        return f"Unplannable: {fault.detail}"
