"""Cases by number: a world of its own for every few operations."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from random import Random

from federation import CompositionFailed
from tests.federation.worlds.generated import world_of
from tests.federation.worlds.operations import operation_of
from tests.federation.worlds.world import Case, World

OPERATIONS_PER_WORLD = 20
NO_GRAPH = {"SATISFIABILITY_ERROR", "NO_QUERIES"}
"""What may be wrong with a world of chance."""


@lru_cache(maxsize=1)
def _composed(seed: int) -> World | None:
    """The world of a seed; None where chance has made a graph that no keys hold together."""
    world = world_of(Random(seed))
    try:
        _ = world.supergraph
    except CompositionFailed as failure:
        if any(each.code not in NO_GRAPH for each in failure.objections):
            raise AssertionError(f"{failure.objections}\n{world}") from failure
        return None
    return world


def cases(seed: int, count: int) -> Iterator[Case]:
    """So many cases from a seed on."""
    made = 0
    while made < count:
        world = _composed(seed)
        dice = Random(seed)
        for _ in range(min(OPERATIONS_PER_WORLD, count - made) if world is not None else 0):
            assert world is not None
            operation, variables = operation_of(dice, world.merged)
            labels = tuple(each for each in sorted(world.supergraph.override_labels) if dice.random() < 0.5)
            yield Case(world, operation, variables, labels, known_valid=True)
            made += 1
        seed += 1
