"""How much of a wanted field one subgraph answers by itself: the measure by which the planner chooses."""

from __future__ import annotations

from federation.planning.faults import Budget
from federation.planning.wanted import Wanted
from federation.supergraph import Supergraph


def covered(
    supergraph: Supergraph, subgraph: str, type_name: str, wanted: Wanted, budget: Budget
) -> tuple[int, int]:
    """(leaves that the subgraph answers in place, leaves in all)."""
    budget.spend()
    view = supergraph.views[subgraph].get(type_name)
    child = view.fields.get(wanted.name) if view else None
    if wanted.below is None:
        return int(child is not None and child.plain), 1
    if child is None or not child.answers:
        return 0, _leaves(wanted)
    here = supergraph.views[subgraph].get(child.named)
    possible = here.possible if here else ()
    got, wanted_all = 0, 0
    for each in wanted.below.fields:
        inner = child.named if here and each.name in here.fields else (possible[0] if possible else "")
        found, of = covered(supergraph, subgraph, inner, each, budget)
        got, wanted_all = got + found, wanted_all + of
    for name, fields in wanted.below.by_type.items():
        for each in fields:
            found, of = covered(supergraph, subgraph, name, each, budget)
            got, wanted_all = got + found, wanted_all + of
    if not wanted.below:
        return 1, 1
    return got, wanted_all


def _leaves(wanted: Wanted) -> int:
    if wanted.below is None:
        return 1
    below = wanted.below
    inner = [*below.fields, *(each for fields in below.by_type.values() for each in fields)]
    return sum(map(_leaves, inner)) or 1
