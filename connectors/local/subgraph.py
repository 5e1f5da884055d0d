"""A ``Subgraph`` over a graphql-core schema in this process (graphene makes such schemas).

Resolvers get the ``FetchContext`` as ``info.context``. Must never: let an exception's text out that isn't a
``TongbanError``'s own sentence.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any, cast

from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    NameNode,
    NoUnusedVariablesRule,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableDefinitionNode,
    VariableNode,
    execute,
    specified_rules,
    subscribe,
    validate,
)

from federation.subgraph import (
    EventSource,
    FetchContext,
    FetchError,
    FetchResult,
    PlannedFetch,
    PreparedFetch,
    Representation,
)
from tongban.errors import ErrorCode, TongbanError

Json = Any
EntityResolver = Callable[[Sequence[Representation], FetchContext], Awaitable[Sequence[Any]]]
"""Gives the objects (or None) of the representations of one type, in their order; fields are resolved from
them.
"""

_log = logging.getLogger(__name__)


class FetchMismatch(ValueError):
    """The planned fetch doesn't fit the local schema: the SDL and the schema have come apart."""


class LocalSubgraph:
    """``sdl`` is the schema's federation SDL; ``entities`` resolves representations by type name."""

    def __init__(
        self, name: str, schema: GraphQLSchema, sdl: str, entities: Mapping[str, EntityResolver] | None = None
    ) -> None:
        self._name = name
        self._sdl = sdl
        self._schema = schema
        self._entities = dict(entities or {})
        self._rooted: dict[str, GraphQLSchema] = {}

    @property
    def name(self) -> str:
        return self._name

    @property
    def sdl(self) -> str:
        return self._sdl

    def prepare(self, fetch: PlannedFetch) -> PreparedFetch:
        """Raises: FetchMismatch."""
        if not fetch.entity_types:
            return _RootFetch(
                self._schema, self._checked(self._schema, self._document(fetch, fetch.selection))
            )
        selections = {name: _of_type(fetch.selection, name) for name in fetch.entity_types}
        prepared = {}
        for name, selection in selections.items():
            if name not in self._entities:
                raise FetchMismatch(f"{self._name}: {name} is no entity here")
            schema = self._rooted_at(name)
            document = self._checked(schema, self._document(fetch, selection))
            prepared[name] = _EntityType(name, schema, self._entities[name], document)
        return _EntityFetch(prepared)

    def prepare_events(self, fetch: PlannedFetch) -> EventSource:
        """Events of the schema's own ``subscribe`` resolvers.

        Raises: FetchMismatch.
        """
        return _RootEvents(self._schema, self._checked(self._schema, self._document(fetch, fetch.selection)))

    def _checked(self, schema: GraphQLSchema, document: DocumentNode) -> DocumentNode:
        # the planner lists every variable of the fetch; one type's part may use fewer
        rules = [rule for rule in specified_rules if rule is not NoUnusedVariablesRule]
        objections = validate(schema, document, rules)
        if objections:
            raise FetchMismatch(f"{self._name}: {objections[0].message}")
        return document

    def _rooted_at(self, name: str) -> GraphQLSchema:
        if name not in self._rooted:
            type_ = self._schema.get_type(name)
            if not isinstance(type_, GraphQLObjectType):
                raise FetchMismatch(f"{self._name}: {name} is no object type")
            types = [each for key, each in self._schema.type_map.items() if not key.startswith("__")]
            self._rooted[name] = GraphQLSchema(
                query=type_, types=types, directives=self._schema.directives, assume_valid=True
            )
        return self._rooted[name]

    def _document(self, fetch: PlannedFetch, selection: SelectionSetNode) -> DocumentNode:
        operation = OperationDefinitionNode(
            operation=fetch.kind if not fetch.entity_types else OperationType.QUERY,
            name=NameNode(value=fetch.operation_name) if fetch.operation_name else None,
            variable_definitions=tuple(
                VariableDefinitionNode(
                    variable=VariableNode(name=NameNode(value=name)),
                    type=type_,
                    default_value=fetch.defaults.get(name),
                    directives=(),
                )
                for name, type_ in fetch.variables
            ),
            directives=(),
            selection_set=selection,
        )
        return DocumentNode(definitions=(operation,))


@dataclass(frozen=True, slots=True)
class _RootFetch:
    schema: GraphQLSchema
    document: DocumentNode

    async def run(
        self, variables: Mapping[str, Json], representations: Sequence[Representation], context: FetchContext
    ) -> FetchResult:
        found = execute(
            self.schema,
            self.document,
            context_value=context,
            variable_values=dict(variables),
        )
        result: ExecutionResult = await found if inspect.isawaitable(found) else found
        return FetchResult(data=result.data, errors=_errors(result.errors))


@dataclass(frozen=True, slots=True)
class _RootEvents:
    schema: GraphQLSchema
    document: DocumentNode

    async def events(
        self, variables: Mapping[str, Json], context: FetchContext
    ) -> AsyncGenerator[FetchResult, None]:
        found = await subscribe(
            self.schema, self.document, context_value=context, variable_values=dict(variables)
        )
        if isinstance(found, ExecutionResult):
            yield FetchResult(errors=_errors(found.errors, placed=False))
            return
        async with aclosing(cast("AsyncGenerator[ExecutionResult, None]", found)) as events:
            try:
                async for event in events:
                    yield FetchResult(data=event.data, errors=_errors(event.errors))
            except Exception as error:
                yield FetchResult(errors=(_error(error, ()),))


@dataclass(frozen=True, slots=True)
class _EntityType:
    """``schema`` is the same schema with the entity's type as its query type: an object is its root value."""

    name: str
    schema: GraphQLSchema
    resolve: EntityResolver
    document: DocumentNode


@dataclass(frozen=True, slots=True)
class _EntityFetch:
    """Objects from the entity resolvers, their fields by graphql-core's own execution."""

    types: Mapping[str, _EntityType]

    async def run(
        self, variables: Mapping[str, Json], representations: Sequence[Representation], context: FetchContext
    ) -> FetchResult:
        entities: list[dict[str, Json] | None] = [None] * len(representations)
        errors: list[FetchError] = []
        for name, entity in self.types.items():
            places = [at for at, item in enumerate(representations) if item.get("__typename") == name]
            if places:
                await self._resolve(entity, places, variables, representations, context, entities, errors)
        return FetchResult(entities=entities, errors=tuple(errors))

    async def _resolve(
        self,
        entity: _EntityType,
        places: Sequence[int],
        variables: Mapping[str, Json],
        representations: Sequence[Representation],
        context: FetchContext,
        entities: list[dict[str, Json] | None],
        errors: list[FetchError],
    ) -> None:
        try:
            objects = await entity.resolve([representations[at] for at in places], context)
            if len(objects) != len(places):
                raise FetchMismatch(f"the resolver of {entity.name} gave another number of objects")
        except Exception as error:
            errors.extend(_error(error, (at,)) for at in places)
            return
        found = [(at, value) for at, value in zip(places, objects, strict=True) if value is not None]
        errors.extend(_error(value, (at,)) for at, value in found if isinstance(value, Exception))
        good = [(at, value) for at, value in found if not isinstance(value, Exception)]
        answers = await asyncio.gather(
            *(self._fields(entity, value, at, variables, context, errors) for at, value in good)
        )
        for (at, _), answer in zip(good, answers, strict=True):
            entities[at] = answer

    async def _fields(
        self,
        entity: _EntityType,
        value: Any,
        at: int,
        variables: Mapping[str, Json],
        context: FetchContext,
        errors: list[FetchError],
    ) -> dict[str, Json] | None:
        found = execute(
            entity.schema,
            entity.document,
            root_value=value,
            context_value=context,
            variable_values=dict(variables),
        )
        result: ExecutionResult = await found if inspect.isawaitable(found) else found
        errors.extend(_errors(result.errors, (at,)))
        return result.data


def _of_type(selection: SelectionSetNode, name: str) -> SelectionSetNode:
    """The selections of every fragment on ``name``."""
    found: list[Any] = []
    for node in selection.selections:
        if isinstance(node, InlineFragmentNode):
            if node.type_condition is None or node.type_condition.name.value == name:
                found.extend(node.selection_set.selections)
        elif isinstance(node, FieldNode) and node.name.value == "__typename":
            found.append(node)
    return SelectionSetNode(selections=tuple(found))


def _errors(
    errors: Sequence[GraphQLError] | None, prefix: tuple[str | int, ...] = (), *, placed: bool = True
) -> tuple[FetchError, ...]:
    """``placed`` False: of the whole, wherever they were met."""
    found = tuple(_placed(error, prefix) for error in errors or ())
    return found if placed else tuple(replace(error, path=()) for error in found)


def _placed(error: GraphQLError, prefix: tuple[str | int, ...]) -> FetchError:
    if error.path is None:
        # only a variable that doesn't fit has no path after validation; graphql-core's message quotes the value
        return FetchError(ErrorCode.BAD_USER_INPUT, ErrorCode.BAD_USER_INPUT.facts.en, prefix)
    return _error(error, (*prefix, *error.path))


def _error(error: BaseException, path: tuple[str | int, ...]) -> FetchError:
    while isinstance(error, GraphQLError) and error.original_error is not None:
        error = error.original_error
    if isinstance(error, TongbanError):
        return FetchError(
            error.code, error.message, path, error.department, error.retry_after_s, detail=error.detail
        )
    _log.error("a local resolver failed: %s", type(error).__name__)
    return FetchError(
        ErrorCode.INTERNAL_ERROR, ErrorCode.INTERNAL_ERROR.facts.en, path, detail=type(error).__name__
    )
