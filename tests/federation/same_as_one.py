"""The property itself: whatever the cut into subgraphs, the answer is that of one schema that has it all."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from graphql import execute_sync, parse, validate

from federation import CompositionFailed, FetchContext, Supergraph, compile_operation, compose, execute
from tests.federation.generated import World, operation_of, world_of

OPERATIONS_PER_WORLD = 5


@dataclass(frozen=True)
class Case:
    """A world by its seed, and an operation on it."""

    seed: int
    operation: str
    on: bool


class NotValid(ValueError):
    """The operation is none of the world's graph."""


@lru_cache(maxsize=4)
def composed(seed: int) -> tuple[World, Supergraph | None]:
    """The world of a seed; no supergraph where chance has made a graph that no keys hold together."""
    world = world_of(Random(seed))
    try:
        return world, compose(world.sdls)
    except CompositionFailed as failure:
        codes = {o.code for o in failure.objections}
        if codes <= {"SATISFIABILITY_ERROR", "EXTERNAL_UNUSED", "NO_QUERIES"}:
            return world, None
        raise AssertionError(f"{failure.objections}\n{world}") from failure


def cases(seed: int, count: int) -> Iterator[Case]:
    """So many cases from a seed on."""
    made = 0
    while made < count:
        world, supergraph = composed(seed)
        dice = Random(seed)
        for _ in range(OPERATIONS_PER_WORLD if supergraph is not None else 0):
            yield Case(seed, operation_of(dice, world, dice.randint(1, 4)), dice.random() < 0.5)
            made += 1
        seed += 1


def check(case: Case) -> int:
    """The number of waves.

    Raises: AssertionError where the answers differ; NotValid.
    """
    world, supergraph = composed(case.seed)
    assert supergraph is not None
    document = parse(case.operation)
    if validate(world.merged, document):
        raise NotValid
    variables = {"on": case.on}
    expected = execute_sync(world.merged, document, world.root, variable_values=variables)
    assert not expected.errors, expected.errors
    compiled = compile_operation(supergraph, world.subgraphs, document)
    result = asyncio.run(execute(compiled, variables, FetchContext()))
    assert not result.errors, (result.errors, compiled.plan.text())
    assert result.data == expected.data, compiled.plan.text()
    assert _keys(result.data) == _keys(expected.data), "the order of fields differs"
    return compiled.plan.waves


def told(waves: Counter[int]) -> str:
    """The histogram as text."""
    total = sum(waves.values())
    return "\n".join(
        f"{n} waves: {count:6} {'#' * (60 * count // total)}" for n, count in sorted(waves.items())
    )


def _keys(value: object) -> list[str]:
    if isinstance(value, dict):
        return [key for k, v in value.items() for key in (str(k), *_keys(v))]
    return [key for v in value for key in _keys(v)] if isinstance(value, list) else []
