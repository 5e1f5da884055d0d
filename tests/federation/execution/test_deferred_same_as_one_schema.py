"""Whatever is deferred, the parts laid together are the answer of one schema that has it all.

A fixed sample of the worlds of ``test_same_as_one_schema``, with ``@defer`` on fragments by chance; any number by
``python -m tests.long.same_as_one_schema --deferred``.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import pytest
from graphql import parse

from federation import compile_operation, compose
from tests.federation.answers_in_parts import all_parts, errors_of, merged
from tests.federation.made.data import MadeData
from tests.federation.made.subgraphs import as_one_schema, made_subgraphs
from tests.federation.planning.pages import PAGES, read
from tests.federation.worlds.deferred import check_deferred, check_deferred_faulty, deferred_cases

PARTS = 4
CASES_PER_PART = 75


@pytest.mark.parametrize("part", range(PARTS))
def test_the_parts_together_equal_one_merged_schema(part: int) -> None:
    parts = Counter(
        check_deferred(case).told for case in deferred_cases(10_000_000 + part * 1_000_000, CASES_PER_PART)
    )
    assert sum(count for number, count in parts.items() if number) >= CASES_PER_PART * 0.3
    assert any(number > 1 for number in parts), "never more than one part"


@pytest.mark.parametrize("part", range(PARTS))
def test_where_subgraphs_fail_all_that_is_delivered_is_right(part: int) -> None:
    told = [check_deferred_faulty(case).told for case in deferred_cases(20_000_000 + part * 1_000_000, 25)]
    assert sum(1 for errors in told if errors) >= 5


@pytest.mark.parametrize("path", [p for p in PAGES if p.stem.startswith("defer")], ids=lambda path: path.stem)
def test_the_parts_of_a_page_are_what_one_schema_answers(path: Path) -> None:
    page = read(path)
    supergraph = compose(page.sdls)
    data = MadeData(page.sdls, page.facts)
    subgraphs = made_subgraphs(page.sdls, data)
    for asked in page.asked:
        document = parse(asked.query)
        compiled = compile_operation(supergraph, subgraphs, document, deferring=asked.deferring)
        for variables in asked.variables:
            first, parts = asyncio.run(all_parts(compiled, variables))
            assert not errors_of(first, parts)
            whole = as_one_schema(supergraph.api_schema, data, document, variables)
            assert merged(first, parts) == whole.data, asked.query
