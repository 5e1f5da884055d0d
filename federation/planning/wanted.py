"""What an operation wants, by type, with internal response keys: the planner's input. Nothing here knows a
subgraph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from graphql import ArgumentNode, FieldNode, OperationType, SelectionSetNode

from federation.fieldsets import Need
from federation.planning.context_variables import ContextVariables
from federation.planning.defers import DeferUsage, DeferUsages, Within, outermost
from federation.planning.faults import Budget, PlanBudgetExceeded
from federation.planning.keys import ResponseKeys, response_key
from federation.planning.operation import (
    ALWAYS,
    META_FIELDS,
    Conditions,
    Operation,
    Selected,
    SelectionWalk,
    SetsWithin,
)
from federation.supergraph import Supergraph

MOST_DEFERRED = 200
"""Deferred fragments at all their places in an operation: each may take requests of its own."""


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
    the client asks which type it is. ``later``: the same for what comes after it, by deferred fragment."""

    type: str
    fields: list[Wanted] = field(default_factory=list)
    by_type: dict[str, list[Wanted]] = field(default_factory=dict)
    typename: bool = False
    later: dict[DeferUsage, Selection] = field(default_factory=dict)

    def of(self, object_type: str) -> list[Wanted]:
        """What is wanted of one object type."""
        return [*self.fields, *self.by_type.get(object_type, ())]

    def __bool__(self) -> bool:
        return bool(self.fields or self.by_type or self.typename)


@dataclass(slots=True, eq=False)
class _Asked:
    """One field as asked for at some places of the document, each perhaps within a deferred fragment."""

    node: FieldNode
    sets: list[tuple[SelectionSetNode, Within]] = field(default_factory=list)
    usages: set[Within] = field(default_factory=set)


_Group = dict[tuple[str, Conditions], _Asked]


class WantedReader:
    """Reads selections of one operation."""

    def __init__(
        self,
        supergraph: Supergraph,
        operation: Operation,
        forbidden: Mapping[str, object],
        budget: Budget,
        defers: DeferUsages,
    ) -> None:
        self._supergraph = supergraph
        self._operation = operation
        self._forbidden = forbidden
        self._walk = SelectionWalk(supergraph, operation.fragments, budget)
        self._budget = budget
        self.defers = defers
        self.keys = ResponseKeys(supergraph)
        self.variables = ContextVariables(operation.variables)

    def root(self) -> Selection:
        """The root fields. Every mutation field is an act of its own: its key is the client's, and it is
        never merged or deferred."""
        named = self._operation.kind is OperationType.MUTATION
        groups: _Group = {}
        sets = [(self._operation.definition.selection_set, None)]
        fields = list(self._walk.fields_within(sets, None if named else self.defers.at(())))
        if not named:
            self.keys.tell_apart((), (selected.node for selected in fields))
        for selected in fields:
            self._add(groups, self._operation.root, selected, (), by_response_key=named)
        found: _Found = {None: Selection(self._operation.root)}
        for usage, wanted in self._finish(self._operation.root, groups, (), None):
            _at(found, usage, self._operation.root).fields.append(wanted)
        if len(self.defers.met) > MOST_DEFERRED:
            raise PlanBudgetExceeded
        return _with_later(found, None)

    def selection(
        self, type_name: str, sets: SetsWithin, path: tuple[str, ...] = (), within: Within = None
    ) -> Selection:
        """What is wanted at a composite type; ``within``: in which deferred fragment we are."""
        own: _Group = {}
        by_type: dict[str, _Group] = {}
        naming: set[Within] = set()
        fields = list(self._walk.fields_within(sets, self.defers.at(path)))
        self.keys.tell_apart(path, (selected.node for selected in fields))
        for selected in fields:
            self._sort(type_name, selected, path, own, by_type, naming)
        found: _Found = {within: Selection(type_name)}
        for usage, wanted in self._finish(type_name, own, path, within):
            _at(found, usage, type_name).fields.append(wanted)
        for each, group in by_type.items():
            for usage, wanted in self._finish(each, group, path, within):
                _at(found, usage, type_name).by_type.setdefault(each, []).append(wanted)
        for usage in _parts(naming, within):
            _at(found, usage, type_name).typename = True
        if len(found) > 1 and type_name in self._supergraph.interface_objects:
            # whether a fragment on a type is pending can be told only of what has a known type
            found[within].typename |= any(each.typename or each.by_type for each in found.values())
        return _with_later(found, within)

    def _sort(
        self,
        type_name: str,
        selected: Selected,
        path: tuple[str, ...],
        own: _Group,
        by_type: dict[str, _Group],
        naming: set[Within],
    ) -> None:
        """Put a field with those of the type itself, or of some of its object types; ``naming``: where the type's
        name is wanted."""
        possible = self._supergraph.possible[type_name]
        name = selected.node.name.value
        if possible == (type_name,):
            if selected.types is None or type_name in selected.types:
                self._add(own, type_name, selected, path)
            return
        if name == "__typename":
            naming.add(selected.within)
        if self._common(type_name, name, selected):
            self._add(own, type_name, selected, path)
            return
        types = possible if selected.types is None else sorted(selected.types & {*possible})
        for each in types:
            self._add(by_type.setdefault(each, {}), each, selected, path)
        refused = bool(types) and all(f"{each}.{name}" in self._forbidden for each in types)
        if refused and len(types) < len(possible):  # whose objects are refused must be told from the others
            naming.add(selected.within)

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
        self,
        groups: _Group,
        type_name: str,
        selected: Selected,
        path: tuple[str, ...],
        *,
        by_response_key: bool = False,
    ) -> None:
        node = selected.node
        name = node.name.value
        if name in META_FIELDS or f"{type_name}.{name}" in self._forbidden:
            return
        if by_response_key:
            key = response_key(node)
        else:
            key = self.keys.of_client(path, type_name, node)
        asked = groups.setdefault((key, selected.conditions), _Asked(node))
        asked.usages.add(selected.within)
        if node.selection_set is not None:
            asked.sets.append((node.selection_set, selected.within))

    def _finish(
        self, type_name: str, groups: _Group, path: tuple[str, ...], within: Within
    ) -> Iterator[tuple[Within, Wanted]]:
        for (key, conditions), asked in groups.items():
            node = asked.node
            usages = _parts(asked.usages, within)
            self._budget.spend((len(usages) - 1) * len(asked.sets))
            for usage in usages:
                below: Selection | None = None
                if asked.sets:
                    child = self._supergraph.fields[type_name][node.name.value]
                    sets = [each for each in asked.sets if usage is within or _is_within(each[1], usage)]
                    below = self.selection(child.named, sets, (*path, key), usage)
                yield usage, Wanted(node.name.value, key, tuple(node.arguments), conditions, below)


_Found = dict[Within, Selection]


def _parts(usages: set[Within], within: Within) -> Sequence[Within]:
    """With which deferred fragments a field goes that is asked for in all of ``usages``: with this one, if it is among
    them, else with each of the outermost. Fragments that share a field fetch it each: neither waits for the other."""
    if within in usages:
        return (within,)
    return sorted(outermost(usages), key=lambda usage: usage.number)


def _is_within(usage: Within, other: Within) -> bool:
    return usage is not None and any(each is other for each in usage.chain)


def _at(found: _Found, usage: Within, type_name: str) -> Selection:
    return found.setdefault(usage, Selection(type_name))


def _with_later(found: _Found, within: Within) -> Selection:
    now = found.pop(within)
    now.later = {usage: selection for usage, selection in found.items() if usage is not None}
    return now
