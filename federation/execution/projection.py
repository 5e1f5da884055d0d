"""The merged data read in the client's words: aliases, order, leaf checks, null propagation (GraphQL spec,
6.4).

Compiled once per operation and set of conditions into plain functions; no future, task or resolver per
field. A function returns the completed value or raises ``Nulled``, which the nearest nullable place catches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    SelectionSetNode,
    get_named_type,
)

from federation.execution.deferred import Block, Later
from federation.execution.failures import MOST_PATHS, ClientPath, Failure, PathKey, Report
from federation.execution.leaves import Check, check_of
from federation.planning.defers import DeferUsages, Within, outermost
from federation.planning.faults import Budget
from federation.planning.keys import ResponseKeys, response_key
from federation.planning.operation import Operation, SelectionWalk, holds
from federation.subgraph import FetchError
from federation.supergraph import Supergraph
from tongban.errors import ErrorCode

Way = tuple[Any, PathKey] | None
"""A path as linked pairs, last key first: made per object, read only for errors."""


class Nulled(Exception):
    """The value here is null because of an error already reported."""


MOST_ITEMS = 100_000
"""Of all lists of an answer, and of all that is deferred of them. More is no answer that anybody asked for, and costs everybody's time."""

_DEFERRED_ITEMS = 10
"""A deferred fragment at one object takes the work of so many items."""

MOST_FAULTS = 100
"""Values of the wrong type that have an entry of ``errors``; the last of these says how many more there were."""


class Reading:
    """What one projection run collects: reports in the order in which they were met, and what is left for later."""

    __slots__ = ("_faults", "_refusals", "introspection", "items", "later", "reports")

    def __init__(self, reports: list[Report], introspection: Mapping[str, Any]) -> None:
        self.reports = reports
        self.introspection = introspection
        self.items = 0
        self.later: list[Later] = []
        self._faults: list[Report] = []
        self._refusals: dict[int, Report] = {}

    def met(self, failure: Failure, way: Way, key: PathKey, names: Names) -> None:
        """A failure was read at this place."""
        for each in (failure, *failure.others):
            if len(each.report.paths) < MOST_PATHS:
                each.report.paths.append(client_path(way, key) + names(each.tail))
            else:
                each.report.omitted += 1

    def refusal(self, error: FetchError) -> Report:
        """The one report of a field that is forbidden, wherever it is met."""
        report = self._refusals.get(id(error))
        if report is None:
            report = self._refusals[id(error)] = Report(error, whole=False)
            self.reports.append(report)
        return report

    def fault(self, error: FetchError, way: Way, key: PathKey) -> None:
        """Something is wrong with the value at this place. Only so many are told; the others are counted."""
        if len(self._faults) == MOST_FAULTS:
            self._faults[-1].omitted += 1
            return
        report = Report(error, whole=True)
        report.paths.append(client_path(way, key))
        self._faults.append(report)
        self.reports.append(report)


Complete = Callable[[Any, Way, PathKey, Reading], Any]
Names = Callable[[tuple[PathKey, ...]], ClientPath]
Entry = tuple[str, str, Complete]
"""Response key, key in the data, how to complete the value."""


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


def client_path(way: Way, key: PathKey) -> ClientPath:
    """The linked path as a tuple."""
    found = [key]
    while way is not None:
        way, last = way
        found.append(last)
    return tuple(reversed(found))[1:]


class ProjectionCompiler:
    """Compiles the projection of an operation for one assignment of its ``@skip`` and ``@include``
    variables."""

    def __init__(
        self,
        supergraph: Supergraph,
        operation: Operation,
        keys: ResponseKeys,
        forbidden: Mapping[str, FetchError],
        conditions: Mapping[str, object],
        departments: Mapping[str, str],
        defers: DeferUsages,
    ) -> None:
        self._supergraph = supergraph
        self._schema: GraphQLSchema = supergraph.api_schema
        self._operation = operation
        self._keys = keys
        self._forbidden = forbidden
        self._conditions = conditions
        self._departments = departments
        self._defers = defers
        self._walk = SelectionWalk(supergraph, operation.fragments, Budget(1 << 62))
        self._checks: dict[str, Check] = {}

    def root(self) -> Complete:
        """Completes the whole of the data; its way starts with a key that is dropped."""
        kind = self._schema.type_map[self._operation.root]
        assert isinstance(kind, GraphQLObjectType)
        return _nullable(self._object(kind, Sets(((self._operation.definition.selection_set, None),))))

    # -- types

    def _type(self, kind: GraphQLOutputType, sets: Sets, at: str) -> Complete:
        if isinstance(kind, GraphQLNonNull):
            return _non_null(self._bare(kind.of_type, sets, at), at, self._department(at))
        if isinstance(kind, GraphQLScalarType | GraphQLEnumType):
            return _nullable_leaf(self._check(kind.name), self._wrong(at))
        return _nullable(self._bare(kind, sets, at))

    def _check(self, name: str) -> Check:
        return self._checks.setdefault(name, check_of(self._schema.type_map[name]))

    def _bare(self, kind: GraphQLOutputType, sets: Sets, at: str) -> Complete:
        if isinstance(kind, GraphQLList):
            item = self._type(kind.of_type, sets, at)
            return _list(item, self._wrong(at), self._names(get_named_type(kind), sets))
        if isinstance(kind, GraphQLObjectType):
            return self._object(kind, sets)
        if isinstance(kind, GraphQLInterfaceType | GraphQLUnionType):
            return self._abstract(kind, sets, at)
        return _leaf(self._check(get_named_type(kind).name), self._wrong(at))

    def _object(self, kind: GraphQLObjectType | GraphQLInterfaceType, sets: Sets) -> Complete:
        blocks = self._blocks(kind, sets)
        wrong, names = self._wrong(kind.name), self._names(kind, sets)
        now = _object(blocks.pop(sets.block), wrong, names)
        if not blocks:
            return now
        later = [(block, _object(each, wrong, names)) for block, each in blocks.items()]
        return _and_later(now, later, wrong)

    def _abstract(self, kind: GraphQLInterfaceType | GraphQLUnionType, sets: Sets, at: str) -> Complete:
        possible = {each.name: each for each in self._schema.get_possible_types(kind)}
        compiled: dict[str, Complete] = {}

        untyped = self._untyped(kind, sets)

        def complete_of(name: object) -> Complete | None:
            if name is None or (untyped is not None and name == kind.name):
                return untyped
            if not isinstance(name, str) or name not in possible:
                return None
            compiled[name] = self._object(possible[name], sets)
            return compiled[name]

        return _abstract(compiled, complete_of, self._wrong(at), self._names(kind, sets))

    def _untyped(self, kind: GraphQLInterfaceType | GraphQLUnionType, sets: Sets) -> Complete | None:
        """How to complete an object of an ``@interfaceObject``, whose own type nobody was asked for: the client
        wants the same of all types."""
        if not isinstance(kind, GraphQLInterfaceType) or kind.name not in self._supergraph.interface_objects:
            return None
        everyone = frozenset(self._supergraph.possible[kind.name])
        for selected in self._walk.fields_within(sets.nodes, None):
            if not holds(selected.conditions, self._conditions):
                continue
            if selected.node.name.value == "__typename":
                return None
            if selected.types is not None and not selected.types >= everyone:
                return None
        return self._object(kind, sets)

    # -- fields

    def _blocks(self, kind: GraphQLObjectType | GraphQLInterfaceType, sets: Sets) -> dict[Block, list[Entry]]:
        """The fields that come with the object, and those that come later, by deferred fragments."""
        found: dict[Block, list[Entry]] = {sets.block: []}
        for called, asked in self._collect(kind.name, sets).items():
            block = outermost(asked.usages)
            found.setdefault(block, []).extend(self._entry(kind, called, asked, sets, block))
        return found

    def _entry(
        self,
        kind: GraphQLObjectType | GraphQLInterfaceType,
        called: str,
        asked: Collected,
        sets: Sets,
        block: Block,
    ) -> Iterator[Entry]:
        name = asked.node.name.value
        if name == "__typename":
            yield called, "__typename", self._typename(kind.name)
        elif name in ("__schema", "__type"):
            yield called, name, _introspected
        elif name in kind.fields:
            data_key = self._data_key(kind.name, asked.node, sets)
            inner = Sets(tuple(asked.sets), (*sets.path, data_key), block)
            complete = self._type(kind.fields[name].type, inner, f"{kind.name}.{name}")
            error = self._refused(kind.name, name)
            if error is not None:
                yield called, called, _forbidden(complete, error)
            else:
                yield called, data_key, complete

    def _typename(self, type_name: str) -> Complete:
        error = self._forbidden.get(f"{type_name}.__typename")
        return _constant(type_name) if error is None else _forbidden(_leaf(str, error), error)

    def _refused(self, type_name: str, field: str) -> FetchError | None:
        """Of an object whose type nobody was asked for, a field is refused that any of its types refuses."""
        for each in self._supergraph.possible[type_name]:
            error = self._forbidden.get(f"{each}.{field}")
            if error is not None:
                return error
        return None

    def _data_key(self, type_name: str, node: FieldNode, sets: Sets) -> str:
        if not sets.path and self._operation.root == "Mutation":
            return response_key(node)
        return self._keys.of_client(sets.path, type_name, node)

    def _collect(self, type_name: str, sets: Sets) -> dict[str, Collected]:
        """CollectFields (GraphQL spec, 6.3.2)."""
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

    def _is_one_of(self, type_name: str, types: frozenset[str]) -> bool:
        """For an interface, which only an object of an ``@interfaceObject`` has as its type: all of it."""
        return type_name in types or types.issuperset(self._supergraph.possible[type_name])

    # -- words for errors

    def _department(self, at: str) -> str | None:
        owners = self._supergraph.owners.get(at, ())
        return self._departments.get(owners[0], owners[0]) if owners else None

    def _wrong(self, at: str) -> FetchError:
        return FetchError(
            ErrorCode.DEPARTMENT_ERROR,
            f'The value of "{at}" does not fit its type.',
            department=self._department(at),
        )

    def _names(self, kind: object, sets: Sets) -> Names:
        """From keys in the data to the client's, for the rest of a path below a null."""

        def names(tail: tuple[PathKey, ...]) -> ClientPath:
            if not tail:
                return ()
            head, rest = tail[0], tail[1:]
            if isinstance(head, int) or not isinstance(kind, GraphQLObjectType):
                inner = names(rest) if isinstance(head, int) else ()
                return (head, *inner)
            for key, asked in self._collect(kind.name, sets).items():
                name = asked.node.name.value
                if name in kind.fields and self._data_key(kind.name, asked.node, sets) == head:
                    below = Sets(tuple(asked.sets), (*sets.path, head))
                    return (key, *self._names(get_named_type(kind.fields[name].type), below)(rest))
            return ()

        return names


# -- the functions that a projection is made of


def _nullable(inner: Complete) -> Complete:
    def nullable(value: Any, way: Way, key: PathKey, reading: Reading) -> Any:
        if value is None:
            return None
        before = len(reading.later)
        try:
            return inner(value, way, key, reading)
        except Nulled:
            del reading.later[before:]
            return None

    return nullable


def _non_null(inner: Complete, at: str, department: str | None) -> Complete:
    error = FetchError(
        ErrorCode.DEPARTMENT_ERROR,
        f'Cannot return null for non-nullable field "{at}".',
        department=department,
    )

    def non_null(value: Any, way: Way, key: PathKey, reading: Reading) -> Any:
        if value is None:
            reading.fault(error, way, key)
            raise Nulled
        return inner(value, way, key, reading)

    return non_null


def _leaf(check: Check, wrong: FetchError) -> Complete:
    def leaf(value: Any, way: Way, key: PathKey, reading: Reading) -> Any:
        if type(value) is Failure:
            reading.met(value, way, key, _no_names)
            raise Nulled
        checked = check(value)
        if checked is None:
            reading.fault(wrong, way, key)
            raise Nulled
        return checked

    return leaf


def _nullable_leaf(check: Check, wrong: FetchError) -> Complete:
    """As ``_nullable(_leaf(…))``, in one call: most values of an answer pass here."""

    def nullable_leaf(value: Any, way: Way, key: PathKey, reading: Reading) -> Any:
        if value is None:
            return None
        if type(value) is Failure:
            reading.met(value, way, key, _no_names)
            return None
        checked = check(value)
        if checked is None:
            reading.fault(wrong, way, key)
        return checked

    return nullable_leaf


def _object(entries: list[Entry], wrong: FetchError, names: Names) -> Complete:
    def complete_object(value: Any, way: Way, key: PathKey, reading: Reading) -> Any:
        if type(value) is not dict:
            _spoiled(value, way, key, reading, wrong, names)
        here = (way, key)
        get = value.get
        return {
            response_key: complete(get(data_key), here, response_key, reading)
            for response_key, data_key, complete in entries
        }

    return complete_object


def _and_later(now: Complete, blocks: list[tuple[Block, Complete]], wrong: FetchError) -> Complete:
    """The object now, and notes of what is to come for it."""
    count = _DEFERRED_ITEMS * sum(len(block) for block, _ in blocks)

    def complete_object(value: Any, way: Way, key: PathKey, reading: Reading) -> Any:
        reading.items += count
        if reading.items > MOST_ITEMS:
            reading.fault(wrong, way, key)
            raise Nulled
        found = now(value, way, key, reading)
        path = client_path(way, key)
        for block, complete in blocks:
            reading.later.append(Later(block, path, partial(complete, value, way, key)))
        return found

    return complete_object


def _abstract(
    compiled: dict[str, Complete],
    complete_of: Callable[[object], Complete | None],
    wrong: FetchError,
    names: Names,
) -> Complete:
    def abstract(value: Any, way: Way, key: PathKey, reading: Reading) -> Any:
        if type(value) is not dict:
            _spoiled(value, way, key, reading, wrong, names)
        name = value.get("__typename")
        # a department may say anything here, a list as well
        complete = (compiled.get(name) if type(name) is str else None) or complete_of(name)
        if complete is None:
            reading.fault(wrong, way, key)
            raise Nulled
        return complete(value, way, key, reading)

    return abstract


def _list(item: Complete, wrong: FetchError, names: Names) -> Complete:
    def complete_list(value: Any, way: Way, key: PathKey, reading: Reading) -> Any:
        if type(value) is not list:
            _spoiled(value, way, key, reading, wrong, names)
        reading.items += len(value)
        if reading.items > MOST_ITEMS:
            reading.fault(wrong, way, key)
            raise Nulled
        here = (way, key)
        return [item(each, here, index, reading) for index, each in enumerate(value)]

    return complete_list


def _spoiled(value: Any, way: Way, key: PathKey, reading: Reading, wrong: FetchError, names: Names) -> None:
    if type(value) is Failure:
        reading.met(value, way, key, names)
    else:
        reading.fault(wrong, way, key)
    raise Nulled


def _constant(said: str) -> Complete:
    def constant(_value: Any, _way: Way, _key: PathKey, _reading: Reading) -> Any:
        return said

    return constant


def _introspected(_value: Any, _way: Way, key: PathKey, reading: Reading) -> Any:
    return reading.introspection.get(str(key))


def _forbidden(complete: Complete, error: FetchError) -> Complete:
    """The field as if it had failed: null propagation is the same."""

    def forbidden(_value: Any, way: Way, key: PathKey, reading: Reading) -> Any:
        return complete(Failure(reading.refusal(error)), way, key, reading)

    return forbidden


def _no_names(tail: tuple[PathKey, ...]) -> ClientPath:
    return tail
