"""Which API fields an operation names, on object types: what authorisation and the meter go by."""

from __future__ import annotations

from typing import NamedTuple

from graphql import SelectionSetNode

from federation.planning.faults import Budget
from federation.planning.operation import ALWAYS, META_FIELDS, Conditions, Operation, SelectionWalk
from federation.supergraph import Supergraph


class Named(NamedTuple):
    """In order of first appearance. ``coordinates``: ``Type.field``; ``typenames``: types whose ``__typename`` is asked for."""

    coordinates: tuple[str, ...]
    typenames: tuple[str, ...]


def named_in(supergraph: Supergraph, operation: Operation, budget: Budget) -> Named:
    """What the operation names on object types; a field of an interface counts for each of them.

    Each selection set is read once a type, however many fragments lead to it.
    """
    walk = SelectionWalk(supergraph, operation.fragments, budget)
    found: dict[str, None] = {}
    typenames: dict[str, None] = {}
    seen: set[tuple[str, int]] = set()
    waiting: list[tuple[str, SelectionSetNode, Conditions]] = [
        (operation.root, node, conditions) for node, conditions in operation.sets
    ]
    while waiting:
        type_name, node, _ = waiting.pop(0)
        if (type_name, id(node)) in seen:
            continue
        seen.add((type_name, id(node)))
        for selected in walk.fields([(node, ALWAYS)]):
            name = selected.node.name.value
            for each in supergraph.possible[type_name]:
                if selected.types is not None and each not in selected.types:
                    continue
                if name == "__typename":
                    typenames[each] = None
                if name in META_FIELDS:
                    continue
                child = supergraph.fields[each].get(name)
                if child is None:
                    continue
                found[f"{each}.{name}"] = None
                if selected.node.selection_set is not None:
                    waiting.append((child.named, selected.node.selection_set, ALWAYS))
    return Named(tuple(found), tuple(typenames))


def root_fields_of(supergraph: Supergraph, operation: Operation, budget: Budget) -> tuple[str, ...]:
    """Names of the root fields, in order, each once; introspection included."""
    walk = SelectionWalk(supergraph, operation.fragments, budget)
    return tuple(dict.fromkeys(s.node.name.value for s in walk.fields(operation.sets)))
