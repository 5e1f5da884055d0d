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
    Subgraph,
    compile_operation,
    execute,
)
from tests.federation.execution.scripted import ScriptedSubgraph, run
from tests.federation.execution.specification.kitchen import SDL, RawSubgraph, composed, whole_schema
from tests.federation.in_memory import LINK
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


BEINGS = (
    LINK
    + """
interface Being @key(fields: "id") { id: ID! nick: String }
type Cow implements Being @key(fields: "id") { id: ID! nick: String }
type Bee implements Being @key(fields: "id") { id: ID! nick: String }
"""
)
MORE_OF_BEINGS = (
    LINK
    + """
type Being @key(fields: "id") @interfaceObject { id: ID! feels: String nick: String @external
  echo: String @requires(fields: "nick") }
type Query { first: Being }
"""
)


def nobody_types() -> dict[str, Subgraph]:
    """``first`` has no type until ``beings`` tells it, which fails."""
    first = FetchResult({"first": {"id": "1", "feels": "fine"}})
    failed = FetchResult(errors=(FetchError(ErrorCode.DEPARTMENT_ERROR, "it failed"),))
    return {
        "beings": ScriptedSubgraph("beings", BEINGS, failed),
        "more": ScriptedSubgraph("more", MORE_OF_BEINGS, first),
    }


async def test_what_nobody_asks_for_because_a_type_failed_has_failed_with_it() -> None:
    result = await run(nobody_types(), "{ first { feels nick aloud: echo } }")
    assert result.data == {"first": {"feels": "fine", "nick": None, "aloud": None}}
    assert [error.path for error in result.errors] == [("first", "nick"), ("first", "aloud")]


async def test_an_object_whose_type_failed_has_failed_where_its_type_is_asked_for() -> None:
    result = await run(nobody_types(), "{ first { feels ... on Cow { nick } } }")
    assert result.data == {"first": None}
    assert [(error.message, error.path) for error in result.errors] == [("it failed", ("first",))]


@pytest.mark.parametrize(
    ("kind", "needs", "value", "way"),
    [
        ("[B]", "all { x }", [{"x": None}, {"x": 2}], (0, "x")),
        ("[Int]", "all", [None, 2], (0,)),
        ("Json", "all", {"of": [None]}, ("of", 0)),
    ],
)
async def test_what_requires_a_value_with_a_failure_in_it_has_failed_with_it(
    kind: str, needs: str, value: Json, way: tuple[str | int, ...]
) -> None:
    types = f'scalar Json type B {{ x: Int @shareable }} type A @key(fields: "id") {{ id: ID! all: {kind} '
    gives = LINK + types + "} type Query { a: A }"
    requires = LINK + types + f'@external sum: Int @requires(fields: "{needs}") }}'
    failed = FetchError(ErrorCode.DEPARTMENT_ERROR, "it failed", ("a", "all", *way))
    answer = FetchResult({"a": {"id": "1", "all": value}}, errors=(failed,))
    asked = ScriptedSubgraph("requires", requires, FetchResult(entities=[{"sum": 2}]))
    result = await run(
        {"gives": ScriptedSubgraph("gives", gives, answer), "requires": asked}, "{ a { sum } }"
    )
    assert (result.data, asked.runs) == ({"a": {"sum": None}}, 0)
    assert [(error.message, error.path) for error in result.errors] == [("it failed", ("a", "sum"))]
