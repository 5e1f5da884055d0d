"""Whatever subgraphs do wrong, there is an answer: it fits the schema, what is not null is true, and errors lead to
places of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from graphql import parse

from federation import (
    FetchContext,
    FetchError,
    FetchResult,
    Json,
    PlannedFetch,
    Representation,
    compile_operation,
    execute,
)
from tests.federation.execution.specification.kitchen import SDL, RawSubgraph, composed, whole_schema
from tests.federation.worlds.cases import cases
from tests.federation.worlds.faults import check_faulty
from tongban.errors import ErrorCode

PARTS = 4
CASES_PER_PART = 100


@pytest.mark.parametrize("part", range(PARTS))
def test_faults_of_subgraphs_cost_only_what_they_must(part: int) -> None:
    for case in cases(part * 1_000_000 + 500_000, CASES_PER_PART):
        check_faulty(case)


class ErringInside(RawSubgraph):
    """An error with a path that leads on into the value of a custom scalar."""

    def prepare(self, fetch: PlannedFetch) -> ErringInside:
        return self

    async def run(
        self, variables: Mapping[str, Json], representations: Sequence[Representation], context: FetchContext
    ) -> FetchResult:
        failed = FetchError(ErrorCode.DEPARTMENT_ERROR, "it failed", ("data", "of", 0))
        return FetchResult({"data": {"of": [None]}, "whole": 1}, errors=(failed,))


async def test_an_error_that_leads_into_a_scalar_costs_the_scalar() -> None:
    erring = ErringInside("kitchen", SDL, whole_schema({}), {})
    compiled = compile_operation(composed(), {"kitchen": erring}, parse("{ data whole }"))
    result = await execute(compiled, {}, FetchContext())
    assert result.data == {"data": None, "whole": 1}
    assert [error.path for error in result.errors] == [("data",)]
