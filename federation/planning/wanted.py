"""What an operation wants, by type, with internal response keys: the planner's input. Nothing here knows a
subgraph."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from graphql import ArgumentNode, FieldNode, OperationType, SelectionSetNode

from federation.fieldsets import Need
from federation.planning.context_variables import ContextVariables
from federation.planning.faults import Budget
from federation.planning.keys import ResponseKeys
from federation.planning.operation import (
    ALWAYS,
    META_FIELDS,
    Conditions,
    Operation,
    Selected,
    SelectionWalk,
    Sets,
)
from federation.supergraph import Supergraph


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """A field to fetch. ``conditions`` are its own, those of its ancestors not repeated."""

    name: str
    key: str
    arguments: tuple[ArgumentNode, ...] = ()
    conditions: Conditions = ALWAYS
    below: Selection | None = None

    def with_below(self, below: Selection) -> Wanted:
        return Wanted(self.name, self.key, self.arguments, self.conditions, below)


@dataclass(slots=True, eq=False)
class Selection:
    """Fields of a composite type; for an abstract one also those of some of its object types only, and whether
    the client asks which type it is."""

    type: str
    fields: list[Wanted] = field(default_factory=list)
    by_type: dict[str, list[Wanted]] = field(default_factory=dict)
    typename: bool = False

    def of(self, object_type: str) -> list[Wanted]:
        """What is wanted of one object type."""
        return [*self.fields, *self.by_type.get(object_type, ())]

    def __bool__(self) -> bool:
        return bool(self.fields or self.by_type or self.typename)


_Group = dict[tuple[str, Conditions], tuple[FieldNode, list[tuple[SelectionSetNode, Conditions]]]]


class WantedReader:
    """Reads selections of one operation."""

    def __init__(
        self, supergraph: Supergraph, operation: Operation, forbidden: Mapping[str, object], budget: Budget
    ) -> None:
        self._supergraph = supergraph
        self._operation = operation
        self._forbidden = forbidden
        self._walk = SelectionWalk(supergraph, operation.fragments, budget)
        self.keys = ResponseKeys(supergraph)
        self.variables = ContextVariables(operation.variables)

    def root(self) -> list[Wanted]:
        """The root fields. Every mutation field is an act of its own: its key is the client's, and it is
        never merged."""
        named = self._operation.kind is OperationType.MUTATION
        groups: _Group = {}
        for selected in self._walk.fields(self._operation.sets):
            self._add(groups, self._operation.root, selected, by_response_key=named)
        return self._finish(self._operation.root, groups)

    def selection(self, type_name: str, sets: Sets) -> Selection:
        """What is wanted at a composite type."""
        possible = self._supergraph.possible[type_name]
        own: _Group = {}
        by_type: dict[str, _Group] = {}
        typename = False
        for selected in self._walk.fields(sets):
            name = selected.node.name.value
            typename |= name == "__typename" and possible != (type_name,)
            if possible == (type_name,):
                if selected.types is None or type_name in selected.types:
                    self._add(own, type_name, selected)
            elif self._common(type_name, name, selected):
                self._add(own, type_name, selected)
            else:
                for each in possible if selected.types is None else sorted(selected.types & {*possible}):
                    self._add(by_type.setdefault(each, {}), each, selected)
        finished = {each: self._finish(each, group) for each, group in by_type.items()}
        return Selection(
            type_name,
            self._finish(type_name, own),
            {each: fields for each, fields in finished.items() if fields},
            typename,
        )

    def needs(self, type_name: str, needs: Iterable[Need], conditions: Conditions = ALWAYS) -> list[Wanted]:
        """A field set as wanted fields of an object type."""
        found: list[Wanted] = []
        for need in needs:
            if need.name == "__typename" or (
                need.on and type_name not in self._supergraph.possible.get(need.on, ())
            ):
                continue
            below = self._below(self._supergraph.fields[type_name][need.name].named, need.needs)
            key = self.keys.key(type_name, need.name, need.arguments)
            found.append(Wanted(need.name, key, need.arguments, conditions, below))
        return found

    def _below(self, type_name: str, needs: tuple[Need, ...]) -> Selection | None:
        if not needs:
            return None
        possible = self._supergraph.possible[type_name]
        if possible == (type_name,):
            return Selection(type_name, self.needs(type_name, needs))
        return Selection(type_name, [], {each: self.needs(each, needs) for each in possible})

    def _common(self, type_name: str, name: str, selected: Selected) -> bool:
        """Whether the field may be asked for once, on the abstract type itself."""
        possible = self._supergraph.possible[type_name]
        if selected.types is not None and not selected.types.issuperset(possible):
            return False
        if name == "__typename":
            return True
        if name not in self._supergraph.fields[type_name]:
            return False
        at = [f"{each}.{name}" for each in possible]
        return not any(a in self._supergraph.clashing or a in self._forbidden for a in at)

    def _add(
        self, groups: _Group, type_name: str, selected: Selected, *, by_response_key: bool = False
    ) -> None:
        node = selected.node
        name = node.name.value
        if name in META_FIELDS or f"{type_name}.{name}" in self._forbidden:
            return
        if by_response_key:
            key = node.alias.value if node.alias else name
        else:
            key = self.keys.key(type_name, name, node.arguments)
        _, sets = groups.setdefault((key, selected.conditions), (node, []))
        if node.selection_set is not None:
            sets.append((node.selection_set, ALWAYS))

    def _finish(self, type_name: str, groups: _Group) -> list[Wanted]:
        found: list[Wanted] = []
        for (key, conditions), (node, sets) in groups.items():
            below: Selection | None = None
            if sets:
                child = self._supergraph.fields[type_name][node.name.value]
                below = self.selection(child.named, sets)
            found.append(Wanted(node.name.value, key, tuple(node.arguments), conditions, below))
        return found
