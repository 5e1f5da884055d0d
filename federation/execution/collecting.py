"""The fields that a client wants of an object, under their response keys (GraphQL spec, CollectFields, 6.3.2), and where
each lies in the data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from graphql import FieldNode, GraphQLInterfaceType, GraphQLObjectType, SelectionSetNode, get_named_type

from federation.execution.deferred import Block
from federation.execution.failures import ClientPath, PathKey
from federation.execution.reading import Names
from federation.planning.defers import DeferUsages, Within
from federation.planning.faults import Budget
from federation.planning.keys import ResponseKeys, response_key
from federation.planning.operation import Operation, SelectionWalk, holds
from federation.supergraph import Supergraph


@dataclass(frozen=True, slots=True)
class Sets:
    """All selections of the objects at ``path`` (keys in the data, without lists), each perhaps within a deferred
    fragment; ``block``: the deferred fragments that these objects come with."""

    nodes: tuple[tuple[SelectionSetNode, Within], ...]
    path: tuple[str, ...] = ()
    block: Block = frozenset()


@dataclass(slots=True)
class Collected:
    """A field under its response key."""

    node: FieldNode
    sets: list[tuple[SelectionSetNode, Within]] = field(default_factory=list)
    usages: set[Within] = field(default_factory=set)


class FieldCollector:
    """For one operation and one assignment of its ``@skip`` and ``@include`` variables."""

    def __init__(
        self,
        supergraph: Supergraph,
        operation: Operation,
        keys: ResponseKeys,
        conditions: Mapping[str, object],
        defers: DeferUsages,
    ) -> None:
        self._supergraph = supergraph
        self._operation = operation
        self._keys = keys
        self._conditions = conditions
        self._defers = defers
        self._walk = SelectionWalk(supergraph, operation.fragments, Budget(1 << 62))

    def fields(self, type_name: str, sets: Sets) -> dict[str, Collected]:
        """By response key, in the client's order."""
        found: dict[str, Collected] = {}
        deferrable = sets.path or self._operation.root != "Mutation"
        usage_of = self._defers.at(sets.path) if deferrable else None
        for selected in self._walk.fields_within(sets.nodes, usage_of):
            if selected.types is not None and not self._is_one_of(type_name, selected.types):
                continue
            if not holds(selected.conditions, self._conditions):
                continue
            node = selected.node
            key = response_key(node)
            asked = found.setdefault(key, Collected(node))
            asked.usages.add(selected.within)
            if node.selection_set is not None:
                asked.sets.append((node.selection_set, selected.within))
        return found

    def data_key(self, type_name: str, node: FieldNode, sets: Sets) -> str:
        """The key of a field in the data of the objects that the sets are of."""
        if not sets.path and self._operation.root == "Mutation":
            return response_key(node)
        return self._keys.of_client(sets.path, type_name, node)

    def names(self, kind: object, sets: Sets) -> Names:
        """From keys in the data to the client's, for the rest of a path below a null."""

        def names(tail: tuple[PathKey, ...]) -> ClientPath:
            if not tail:
                return ()
            head, rest = tail[0], tail[1:]
            if isinstance(head, int) or not isinstance(kind, GraphQLObjectType):
                inner = names(rest) if isinstance(head, int) else ()
                return (head, *inner)
            for key, asked in self.fields(kind.name, sets).items():
                name = asked.node.name.value
                if name in kind.fields and self.data_key(kind.name, asked.node, sets) == head:
                    below = Sets(tuple(asked.sets), (*sets.path, head))
                    return (key, *self.names(get_named_type(kind.fields[name].type), below)(rest))
            return ()

        return names

    def asks_all_alike(self, kind: GraphQLInterfaceType, sets: Sets) -> bool:
        """Whether the client wants the same of all types, and not which type it is."""
        everyone = frozenset(self._supergraph.possible[kind.name])
        return not any(
            selected.node.name.value == "__typename"
            or (selected.types is not None and not selected.types >= everyone)
            for selected in self._walk.fields_within(sets.nodes, None)
            if holds(selected.conditions, self._conditions)
        )

    def _is_one_of(self, type_name: str, types: frozenset[str]) -> bool:
        """For an interface, which only an object of an ``@interfaceObject`` has as its type: all of it."""
        return type_name in types or types.issuperset(self._supergraph.possible[type_name])
