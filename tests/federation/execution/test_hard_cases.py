"""Each hard case, answered: over made data the engine's answer is that of one schema that has it all, or, where
subgraphs know less than the graph (null keys, missing entities), the one on the page."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from graphql import parse

from federation import FetchContext, compile_operation, compose, execute
from tests.federation.made.data import MadeData
from tests.federation.made.subgraphs import as_one_schema, made_subgraphs
from tests.federation.planning.pages import PAGES, read


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_the_answer_is_that_of_one_schema(path: Path) -> None:
    page = read(path)
    supergraph = compose(page.sdls)
    data = MadeData(page.sdls, page.facts)
    subgraphs = made_subgraphs(page.sdls, data)
    for asked in page.asked:
        if asked.plan.startswith("Unplannable"):
            continue
        document = parse(asked.query)
        compiled = compile_operation(supergraph, subgraphs, document, active_labels=asked.labels)
        for variables in asked.variables:
            data.mutations = 0
            result = asyncio.run(execute(compiled, variables, FetchContext()))
            expected = asked.answer
            if expected is None:
                data.mutations = 0
                whole = as_one_schema(supergraph.api_schema, data, document, variables)
                assert not whole.errors
                assert not result.errors, asked.query
                expected = whole.data
            assert json.dumps(result.data) == json.dumps(expected), asked.query
