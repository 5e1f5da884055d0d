"""The merged data read in the client's words: aliases, order, leaf checks, null propagation (GraphQL spec,
6.4).

Compiled once per operation and set of conditions into plain functions (``completing.py``), once for all of the client's
paths that lead to the same data and ask the same of it: fragments that spread each other twice double the paths, not the work.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from graphql import (
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
)

from federation.execution.collecting import Collected, FieldCollector, Sets
from federation.execution.completing import (
    Entry,
    completes_abstract,
    completes_later,
    completes_leaf,
    completes_list,
    completes_non_null,
    completes_nullable,
    completes_nullable_leaf,
    completes_object,
    completes_untyped,
    fails_as_forbidden,
    gives_constant,
    gives_introspection,
)
from federation.execution.deferred import Block
from federation.execution.failures import Failure
from federation.execution.leaves import Check, check_of
from federation.execution.reading import Complete
from federation.planning.defers import DeferUsages, Within, outermost
from federation.planning.faults import Budget
from federation.planning.keys import ResponseKeys
from federation.planning.operation import Operation
from federation.subgraph import FetchError
from federation.supergraph import Supergraph
from tongban.errors import ErrorCode

MOST_ENTRIES = 100_000
"""Fields that a projection may have before an answer is read, and below each type that is found then: as many as a draft has
steps."""

_Same = tuple[str, tuple[tuple[int, Within], ...], tuple[str, ...], Block]
"""A type, its selections, and where they are."""


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
        self._forbidden = forbidden
        self._departments = departments
        self._fields = FieldCollector(supergraph, operation, keys, conditions, defers)
        self._checks: dict[str, Check] = {}
        self._objects: dict[_Same, Complete] = {}
        self._budget = Budget(MOST_ENTRIES)

    def root(self) -> Complete:
        """Completes the whole of the data; its way starts with a key that is dropped.

        Raises: PlanBudgetExceeded.
        """
        kind = self._schema.type_map[self._operation.root]
        assert isinstance(kind, GraphQLObjectType)
        return completes_nullable(
            self._object(kind, Sets(((self._operation.definition.selection_set, None),)))
        )

    # -- types

    def _type(self, kind: GraphQLOutputType, sets: Sets, at: str) -> Complete:
        if isinstance(kind, GraphQLNonNull):
            return completes_non_null(self._bare(kind.of_type, sets, at), at, self._department(at))
        if isinstance(kind, GraphQLScalarType | GraphQLEnumType):
            return completes_nullable_leaf(self._check(kind.name), self._wrong(at))
        return completes_nullable(self._bare(kind, sets, at))

    def _check(self, name: str) -> Check:
        return self._checks.setdefault(name, check_of(self._schema.type_map[name]))

    def _bare(self, kind: GraphQLOutputType, sets: Sets, at: str) -> Complete:
        if isinstance(kind, GraphQLList):
            item = self._type(kind.of_type, sets, at)
            return completes_list(item, self._wrong(at), self._fields.names(get_named_type(kind), sets))
        if isinstance(kind, GraphQLObjectType):
            return self._object(kind, sets)
        if isinstance(kind, GraphQLInterfaceType | GraphQLUnionType):
            return self._abstract(kind, sets, at)
        return completes_leaf(self._check(get_named_type(kind).name), self._wrong(at))

    def _object(self, kind: GraphQLObjectType | GraphQLInterfaceType, sets: Sets) -> Complete:
        same = (kind.name, tuple((id(node), within) for node, within in sets.nodes), sets.path, sets.block)
        found = self._objects.get(same)
        if found is None:
            found = self._objects[same] = self._new_object(kind, sets)
        return found

    def _new_object(self, kind: GraphQLObjectType | GraphQLInterfaceType, sets: Sets) -> Complete:
        blocks = self._blocks(kind, sets)
        wrong, names = self._wrong(kind.name), self._fields.names(kind, sets)

        def completes(entries: list[Entry]) -> Complete:
            complete = completes_object(entries, wrong, names)
            is_typed = isinstance(kind, GraphQLObjectType)
            return complete if is_typed else completes_untyped(complete, [key for _, key, _ in entries])

        now = completes(blocks.pop(sets.block))
        if not blocks:
            return now
        return completes_later(now, [(block, completes(each)) for block, each in blocks.items()], wrong)

    def _abstract(self, kind: GraphQLInterfaceType | GraphQLUnionType, sets: Sets, at: str) -> Complete:
        possible = {each.name: each for each in self._schema.get_possible_types(kind)}
        compiled: dict[str, Complete] = {}

        untyped = self._untyped(kind, sets)

        def complete_of(name: object) -> Complete | None:
            if name is None or type(name) is Failure or (untyped is not None and name == kind.name):
                return untyped
            if not isinstance(name, str) or name not in possible:
                return None
            self._budget = Budget(MOST_ENTRIES)
            compiled[name] = self._object(possible[name], sets)
            return compiled[name]

        return completes_abstract(compiled, complete_of, self._wrong(at), self._fields.names(kind, sets))

    def _untyped(self, kind: GraphQLInterfaceType | GraphQLUnionType, sets: Sets) -> Complete | None:
        """How to complete an object of an ``@interfaceObject``, whose own type nobody was asked for: the client
        wants the same of all types."""
        if not isinstance(kind, GraphQLInterfaceType) or kind.name not in self._supergraph.interface_objects:
            return None
        return self._object(kind, sets) if self._fields.asks_all_alike(kind, sets) else None

    # -- fields

    def _blocks(self, kind: GraphQLObjectType | GraphQLInterfaceType, sets: Sets) -> dict[Block, list[Entry]]:
        """The fields that come with the object, and those that come later, by deferred fragments."""
        found: dict[Block, list[Entry]] = {sets.block: []}
        for called, asked in self._fields.fields(kind.name, sets).items():
            self._budget.spend()
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
            yield called, name, gives_introspection
        elif name in kind.fields:
            data_key = self._fields.data_key(kind.name, asked.node, sets)
            inner = Sets(tuple(asked.sets), (*sets.path, data_key), block)
            complete = self._type(kind.fields[name].type, inner, f"{kind.name}.{name}")
            error = self._refused(kind.name, name)
            if error is not None:
                yield called, called, fails_as_forbidden(complete, error)
            else:
                yield called, data_key, complete

    def _typename(self, type_name: str) -> Complete:
        error = self._forbidden.get(f"{type_name}.__typename")
        return (
            gives_constant(type_name)
            if error is None
            else fails_as_forbidden(completes_leaf(str, error), error)
        )

    def _refused(self, type_name: str, field: str) -> FetchError | None:
        """Of an object whose type nobody was asked for, a field is refused that any of its types refuses."""
        for each in self._supergraph.possible[type_name]:
            error = self._forbidden.get(f"{each}.{field}")
            if error is not None:
                return error
        return None

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
