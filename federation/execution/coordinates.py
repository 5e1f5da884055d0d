"""Which API fields an operation names, on object types: what authorisation and the meter go by."""

from __future__ import annotations

from graphql import SelectionSetNode

from federation.planning.faults import Budget
from federation.planning.operation import META_FIELDS, Operation, SelectionWalk
from federation.supergraph import Supergraph


def coordinates_of(supergraph: Supergraph, operation: Operation, budget: Budget) -> tuple[str, ...]:
    """``Type.field`` in order of first appearance; a field of an interface counts for each of its object
    types.

    Each selection set is read once a type, however many fragments lead to it.
    """
    walk = SelectionWalk(supergraph, operation.fragments, budget)
    found: dict[str, None] = {}
    seen: set[tuple[str, int]] = set()
    waiting: list[tuple[str, SelectionSetNode]] = [(operation.root, node) for node, _ in operation.sets]
    while waiting:
        type_name, node = waiting.pop(0)
        if (type_name, id(node)) in seen:
            continue
        seen.add((type_name, id(node)))
        for selected in walk.fields([(node, None)]):
            name = selected.node.name.value
            if name in META_FIELDS:
                continue
            for each in supergraph.possible[type_name]:
                if selected.types is not None and each not in selected.types:
                    continue
                child = supergraph.fields[each].get(name)
                if child is None:
                    continue
                found[f"{each}.{name}"] = None
                if selected.node.selection_set is not None:
                    waiting.append((child.named, selected.node.selection_set))
    return tuple(found)


def root_fields_of(supergraph: Supergraph, operation: Operation, budget: Budget) -> tuple[str, ...]:
    """Names of the root fields, in order, each once; introspection included."""
    walk = SelectionWalk(supergraph, operation.fragments, budget)
    return tuple(dict.fromkeys(s.node.name.value for s in walk.fields(operation.sets)))
