"""A subgraph over a real graphql-core schema in this process: what a department's GraphQL server would
answer.

Resolvers are given as ``{type: {field: resolver}}``, those of the subscription type being async generators of
whole events; ``entities`` finds an entity from its representation, and by default the representation itself is
the entity. Everything that it is asked is kept in ``asked``.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from functools import cached_property
from inspect import isawaitable
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLSchema,
    NameNode,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    OperationDefinitionNode,
    OperationType,
    SchemaDefinitionNode,
    SchemaExtensionNode,
    SelectionSetNode,
    VariableDefinitionNode,
    VariableNode,
    build_ast_schema,
    execute,
    parse,
    print_ast,
    specified_rules,
    subscribe,
    validate,
)

from federation import FetchContext, FetchError, FetchResult, Json, PlannedFetch, Representation
from tongban.errors import ErrorCode

Resolver = Callable[..., Any]
LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ['
    '"@key", "@shareable", "@external", "@requires", "@provides", "@inaccessible", "@override", "@tag", "@interfaceObject"])\n'
)

_ABOUT_FRAGMENTS_AND_NAMES = [
    "ExecutableDefinitions",
    "KnownFragmentNames",
    "LoneAnonymousOperation",
    "NoFragmentCycles",
    "NoUnusedFragments",
    "SingleFieldSubscriptions",
    "UniqueFragmentNames",
    "UniqueOperationNames",
]
RULES = [
    rule for rule in specified_rules if rule.__name__.removesuffix("Rule") not in _ABOUT_FRAGMENTS_AND_NAMES
]
"""Those that a planned fetch, one operation without named fragments, may break."""


class InMemorySubgraph:
    """Implements ``Subgraph``."""

    takes_batches = True

    def __init__(
        self,
        name: str,
        sdl: str,
        resolvers: Mapping[str, Mapping[str, Resolver]] | None = None,
        entities: Callable[[Mapping[str, Any]], Any] | None = None,
        root: Any = None,
    ) -> None:
        self.name = name
        self.sdl = sdl
        self.asked: list[tuple[str, list[Representation]]] = []
        self._find = entities or (lambda representation: dict(representation))
        self._root = root
        self.schema = schema_of(sdl, self._entities)
        self.open = 0
        """Subscriptions that are open."""
        for type_name, fields in (resolvers or {}).items():
            for field_name, resolver in fields.items():
                field = self.schema.type_map[type_name].fields[field_name]  # type: ignore[attr-defined]
                if self.schema.type_map[type_name] is self.schema.subscription_type:
                    field.subscribe, field.resolve = resolver, lambda event, _info, **_: event
                else:
                    field.resolve = resolver

    def prepare(self, fetch: PlannedFetch) -> InMemoryFetch:
        return InMemoryFetch(self, fetch)

    def prepare_events(self, fetch: PlannedFetch) -> InMemoryEvents:
        return InMemoryEvents(self, fetch)

    def _entities(self, _source: Any, _info: Any, representations: list[Mapping[str, Any]]) -> list[Any]:
        return [self._found(representation) for representation in representations]

    def _found(self, representation: Mapping[str, Any]) -> Any:
        found = self._find(representation)
        if isinstance(found, dict):
            return {"__typename": representation["__typename"], **found}
        return found


class InMemoryFetch:
    """Implements ``PreparedFetch``; the document is validated, so that no plan with an invalid selection
    passes."""

    def __init__(self, subgraph: InMemorySubgraph, fetch: PlannedFetch) -> None:
        self._subgraph = subgraph
        self._is_entities = bool(fetch.entity_types)
        self._document = _document(fetch)
        faults = validate(subgraph.schema, self._document, RULES)
        assert not faults, (self._text, faults)
        self._names = [name for name, _ in fetch.variables]

    @cached_property
    def _text(self) -> str:
        return print_ast(self._document)

    async def run(
        self, variables: Mapping[str, Json], representations: Sequence[Representation], context: FetchContext
    ) -> FetchResult:
        self._subgraph.asked.append((self._text, list(representations)))
        given = {name: variables[name] for name in self._names if name in variables}
        if self._is_entities:
            given["representations"] = list(representations)
        answer = execute(self._subgraph.schema, self._document, self._subgraph._root, variable_values=given)
        result = await answer if isawaitable(answer) else answer
        errors = _errors_of(result)
        if not self._is_entities:
            return FetchResult(result.data, None, errors)
        errors = tuple(FetchError(e.code, e.message, e.path[1:]) for e in errors)
        return FetchResult(None, (result.data or {}).get("_entities"), errors)


class InMemoryEvents:
    """Implements ``EventSource``."""

    def __init__(self, subgraph: InMemorySubgraph, fetch: PlannedFetch) -> None:
        self._subgraph = subgraph
        self._document = _document(fetch)
        faults = validate(subgraph.schema, self._document)
        assert not faults, (print_ast(self._document), faults)
        self._names = [name for name, _ in fetch.variables]

    async def events(
        self, variables: Mapping[str, Json], context: FetchContext
    ) -> AsyncGenerator[FetchResult, None]:
        self._subgraph.asked.append((print_ast(self._document), []))
        given = {name: variables[name] for name in self._names if name in variables}
        found = await subscribe(self._subgraph.schema, self._document, variable_values=given)
        if not isinstance(found, AsyncIterator):
            yield FetchResult(errors=_errors_of(found))
            return
        self._subgraph.open += 1
        try:
            async for event in found:
                yield FetchResult(event.data, None, _errors_of(event))
        finally:
            self._subgraph.open -= 1
            await found.aclose()  # type: ignore[attr-defined]


def _errors_of(result: ExecutionResult) -> tuple[FetchError, ...]:
    return tuple(
        FetchError(ErrorCode.DEPARTMENT_ERROR, e.message, tuple(e.path or ())) for e in result.errors or ()
    )


def schema_of(sdl: str, resolve_entities: Resolver) -> GraphQLSchema:
    """The subgraph's schema with ``_entities``, as a federation library would serve it."""
    parsed = parse(sdl).definitions
    query = next(
        (t.type.name.value for n in parsed for t in _roots(n) if t.operation.value == "query"), "Query"
    )
    nodes = [n for n in parsed if not isinstance(n, SchemaExtensionNode)]
    names = {n.name.value for n in nodes if isinstance(n, ObjectTypeDefinitionNode)}
    nodes = [_as_definition(n) if _name(n) not in names else n for n in nodes]
    keyed = sorted({_name(n) for n in nodes if isinstance(n, _OBJECT) and _has_key(n)})
    has_query = any(_name(n) == query for n in nodes)
    extra = "" if keyed or has_query else "type Query { _nothing: Int }"
    if keyed:
        head = f"extend type {query}" if has_query else "type Query"
        field = "_entities(representations: [_Any!]!): [_Entity]!"
        extra = f"scalar _Any union _Entity = {' | '.join(keyed)} {head} {{ {field} }}"
    document = DocumentNode(definitions=(*nodes, *(parse(extra).definitions if extra else ())))
    schema = build_ast_schema(document, assume_valid_sdl=True)
    if keyed:
        assert schema.query_type is not None
        schema.query_type.fields["_entities"].resolve = resolve_entities
    return schema


_OBJECT = (ObjectTypeDefinitionNode, ObjectTypeExtensionNode)


def _roots(node: Any) -> Any:
    is_schema = isinstance(node, SchemaDefinitionNode | SchemaExtensionNode)
    return node.operation_types or () if is_schema else ()


def _name(node: Any) -> str:
    return node.name.value if getattr(node, "name", None) else ""


def _has_key(node: Any) -> bool:
    return any(each.name.value == "key" for each in node.directives or ())


def _as_definition(node: Any) -> Any:
    if not isinstance(node, ObjectTypeExtensionNode):
        return node
    return ObjectTypeDefinitionNode(
        name=node.name, interfaces=node.interfaces, directives=node.directives, fields=node.fields
    )


def _entities_operation() -> OperationDefinitionNode:
    text = "query($representations: [_Any!]!) { _entities(representations: $representations) { x } }"
    (operation,) = parse(text).definitions
    assert isinstance(operation, OperationDefinitionNode)
    return operation


_ENTITIES = _entities_operation()


def _document(fetch: PlannedFetch) -> DocumentNode:
    definitions = [
        VariableDefinitionNode(
            variable=VariableNode(name=NameNode(value=name)),
            type=type_node,
            directives=(),
            default_value=fetch.defaults.get(name),
        )
        for name, type_node in fetch.variables
    ]
    selection = fetch.selection
    if fetch.entity_types:
        definitions += _ENTITIES.variable_definitions
        (field,) = _ENTITIES.selection_set.selections
        assert isinstance(field, FieldNode)
        entities = FieldNode(
            name=field.name, arguments=field.arguments, directives=(), selection_set=selection
        )
        selection = SelectionSetNode(selections=(entities,))
    return DocumentNode(
        definitions=(
            OperationDefinitionNode(
                operation=fetch.kind if not fetch.entity_types else OperationType.QUERY,
                name=NameNode(value=fetch.operation_name) if fetch.operation_name else None,
                variable_definitions=tuple(definitions),
                directives=(),
                selection_set=selection,
            ),
        )
    )
