"""A subgraph over a real graphql-core schema in this process: what a department's GraphQL server would
answer.

Resolvers are given as ``{type: {field: resolver}}``; ``entities`` finds an entity from its representation,
and by default the representation itself is the entity. Everything that it is asked is kept in ``asked``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLSchema,
    GraphQLUnionType,
    NameNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableDefinitionNode,
    VariableNode,
    build_schema,
    graphql,
    parse,
    print_ast,
    validate,
)

from federation import FetchContext, FetchError, FetchResult, Json, PlannedFetch, Representation
from federation.composition.draft import Draft
from federation.composition.merge import merged_document
from federation.composition.source import read_subgraph
from tongban.errors import ErrorCode

Resolver = Callable[..., Any]
LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ['
    '"@key", "@shareable", "@external", "@requires", "@provides", "@inaccessible", "@override", "@tag"])\n'
)


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
        self.schema = _schema(name, sdl, self._entities)
        for type_name, fields in (resolvers or {}).items():
            for field_name, resolver in fields.items():
                self.schema.type_map[type_name].fields[field_name].resolve = resolver  # type: ignore[attr-defined]

    def prepare(self, fetch: PlannedFetch) -> InMemoryFetch:
        return InMemoryFetch(self, fetch)

    def _entities(self, _source: Any, _info: Any, representations: list[Mapping[str, Any]]) -> list[Any]:
        return [self._found(representation) for representation in representations]

    def _found(self, representation: Mapping[str, Any]) -> Any:
        found = self._find(representation)
        if isinstance(found, dict):
            return {**found, "__typename": representation["__typename"]}
        return found


class InMemoryFetch:
    """Implements ``PreparedFetch``; the document is validated, so that no plan with an invalid selection
    passes."""

    def __init__(self, subgraph: InMemorySubgraph, fetch: PlannedFetch) -> None:
        self._subgraph = subgraph
        self._is_entities = bool(fetch.entity_types)
        self._document = _document(fetch)
        faults = validate(subgraph.schema, self._document)
        assert not faults, (print_ast(self._document), faults)
        self._names = [name for name, _ in fetch.variables]

    async def run(
        self, variables: Mapping[str, Json], representations: Sequence[Representation], context: FetchContext
    ) -> FetchResult:
        self._subgraph.asked.append((print_ast(self._document), list(representations)))
        given = {name: variables[name] for name in self._names if name in variables}
        if self._is_entities:
            given["representations"] = list(representations)
        result = await graphql(
            self._subgraph.schema, print_ast(self._document), self._subgraph._root, variable_values=given
        )
        errors = tuple(
            FetchError(ErrorCode.DEPARTMENT_ERROR, e.message, tuple(e.path or ()))
            for e in result.errors or ()
        )
        if not self._is_entities:
            return FetchResult(result.data, None, errors)
        errors = tuple(FetchError(e.code, e.message, e.path[1:]) for e in errors)
        return FetchResult(None, (result.data or {}).get("_entities"), errors)


def _schema(name: str, sdl: str, resolve_entities: Resolver) -> GraphQLSchema:
    source = read_subgraph(name, sdl)
    document = merged_document(Draft.of([source]), api=False)
    keyed = [t.name for t in source.types.values() if t.keys and t.kind.value == "object"]
    extra = ""
    if keyed:
        union = " | ".join(keyed)
        head = "extend type Query" if "Query" in source.types else "type Query"
        field = "_entities(representations: [_Any!]!): [_Entity]!"
        extra = f"scalar _Any union _Entity = {union} {head} {{ {field} }}"
    elif "Query" not in source.types:
        extra = "type Query { _nothing: Int }"
    schema = build_schema(print_ast(document) + extra)
    if keyed:
        assert schema.query_type is not None
        schema.query_type.fields["_entities"].resolve = resolve_entities
        union_type = schema.type_map["_Entity"]
        assert isinstance(union_type, GraphQLUnionType)
    return schema


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
        asked = parse(
            "query($representations: [_Any!]!) { _entities(representations: $representations) { x } }"
        )
        operation = asked.definitions[0]
        assert isinstance(operation, OperationDefinitionNode)
        definitions += operation.variable_definitions
        field = operation.selection_set.selections[0]
        assert isinstance(field, FieldNode)
        field.selection_set = selection
        selection = SelectionSetNode(selections=(field,))
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
