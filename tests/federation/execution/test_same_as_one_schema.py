"""Whatever the cut into subgraphs, the answer is that of one schema that has it all."""

from __future__ import annotations

import asyncio
from random import Random

from graphql import execute_sync, parse, validate
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from federation import CompositionFailed, FetchContext, Supergraph, compile_operation, compose, execute
from tests.federation.generated import World, operation_of, world_of


@settings(max_examples=200, deadline=None, derandomize=True)
@given(seed=st.integers(0, 1 << 32), depth=st.integers(1, 4), on=st.booleans())
def test_plan_and_execution_equal_one_merged_schema(seed: int, depth: int, on: bool) -> None:
    dice = Random(seed)
    world: World = world_of(dice)
    supergraph = _composed(world)
    assume(supergraph is not None)
    assert supergraph is not None
    text = operation_of(dice, world, depth)
    document = parse(text)
    assert not validate(world.merged, document)
    variables = {"on": on}
    expected = execute_sync(world.merged, document, world.root, variable_values=variables)
    compiled = compile_operation(supergraph, world.subgraphs, document)
    result = asyncio.run(execute(compiled, variables, FetchContext()))
    assert not expected.errors
    assert not result.errors, compiled.plan.text()
    assert result.data == expected.data, compiled.plan.text()
    assert list(map(str, _keys(result.data))) == list(map(str, _keys(expected.data)))


def _composed(world: World) -> Supergraph | None:
    """The supergraph; None where chance has made a graph that no keys hold together."""
    try:
        return compose(world.sdls)
    except CompositionFailed as failure:
        if {o.code for o in failure.objections} <= {"SATISFIABILITY_ERROR", "EXTERNAL_UNUSED", "NO_QUERIES"}:
            return None
        raise


def _keys(value: object) -> list[object]:
    if isinstance(value, dict):
        return [key for k, v in value.items() for key in (k, *_keys(v))]
    return [key for v in value for key in _keys(v)] if isinstance(value, list) else []
