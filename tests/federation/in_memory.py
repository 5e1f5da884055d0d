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
    NameNode,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    OperationDefinitionNode,
    OperationType,
    SchemaExtensionNode,
    SelectionSetNode,
    VariableDefinitionNode,
    VariableNode,
    build_ast_schema,
    graphql,
    parse,
    print_ast,
    validate,
)

from federation import FetchContext, FetchError, FetchResult, Json, PlannedFetch, Representation
from tongban.errors import ErrorCode

Resolver = Callable[..., Any]
LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ['
    '"@key", "@shareable", "@external", "@requires", "@provides", "@inaccessible", "@override", "@tag", "@interfaceObject"])\n'
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
        self.schema = _schema(sdl, self._entities)
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
            return {"__typename": representation["__typename"], **found}
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


def _schema(sdl: str, resolve_entities: Resolver) -> GraphQLSchema:
    """The subgraph's schema with ``_entities``, as a federation library would serve it."""
    nodes = [n for n in parse(sdl).definitions if not isinstance(n, SchemaExtensionNode)]
    names = {n.name.value for n in nodes if isinstance(n, ObjectTypeDefinitionNode)}
    nodes = [_as_definition(n) if _name(n) not in names else n for n in nodes]
    keyed = sorted({_name(n) for n in nodes if isinstance(n, ObjectTypeDefinitionNode) and _has_key(n)})
    has_query = any(_name(n) == "Query" for n in nodes)
    extra = "" if keyed or has_query else "type Query { _nothing: Int }"
    if keyed:
        head = "extend type Query" if has_query else "type Query"
        field = "_entities(representations: [_Any!]!): [_Entity]!"
        extra = f"scalar _Any union _Entity = {' | '.join(keyed)} {head} {{ {field} }}"
    document = DocumentNode(definitions=(*nodes, *(parse(extra).definitions if extra else ())))
    schema = build_ast_schema(document, assume_valid_sdl=True)
    if keyed:
        assert schema.query_type is not None
        schema.query_type.fields["_entities"].resolve = resolve_entities
    return schema


def _name(node: Any) -> str:
    return node.name.value if getattr(node, "name", None) else ""


def _has_key(node: ObjectTypeDefinitionNode) -> bool:
    return any(each.name.value == "key" for each in node.directives or ())


def _as_definition(node: Any) -> Any:
    if not isinstance(node, ObjectTypeExtensionNode):
        return node
    return ObjectTypeDefinitionNode(
        name=node.name, interfaces=node.interfaces, directives=node.directives, fields=node.fields
    )


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
