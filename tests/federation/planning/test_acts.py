"""A mutation's field at several places under conditions: planned where the ways to meet it are few, refused where they multiply."""

from __future__ import annotations

import pytest
from graphql import parse, print_ast

from federation import PlanBudgetExceeded, compose, plan

GRAPH = compose({"door": "type Query { open: Int } type Mutation { knock: Int ring: Int }"})


def knocks(places: int, conditions: int) -> str:
    names = [[f"v{place}x{number}" for number in range(conditions)] for place in range(places)]
    variables = " ".join(f"${name}: Boolean!" for each in names for name in each)
    fields = " ".join(
        "".join(f"... @include(if: ${name}) {{ " for name in each) + "knock" + " }" * conditions
        for each in names
    )
    return f"mutation({variables}) {{ {fields} }}"


def test_a_few_places_are_planned() -> None:
    (fetch,) = plan(GRAPH, parse(knocks(3, 2))).steps
    assert len(print_ast(fetch.selection)) < 3_000


def test_many_fields_without_conditions_are_planned() -> None:
    document = "mutation { " + " ".join(f"a{n}: knock b{n}: ring knock" for n in range(20)) + " }"
    assert plan(GRAPH, parse(document)).steps


@pytest.mark.parametrize(("places", "conditions"), [(12, 2), (8, 3), (300, 1)])
def test_places_whose_conditions_multiply_are_refused(places: int, conditions: int) -> None:
    """Twelve places under two conditions each made a document of 3.7 MB for the subgraph."""
    with pytest.raises(PlanBudgetExceeded):
        plan(GRAPH, parse(knocks(places, conditions)))
