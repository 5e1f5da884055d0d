"""*prepare*: a document becomes an Operation: parsed, validated, measured and named, once per document and generation."""

from __future__ import annotations

from typing import cast

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSyntaxError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
    validate,
)

from federation import PlanBudgetExceeded, Unplannable, compile_operation
from gateway.generation import Generation
from gateway.types import Identified, Operation, Prepared
from tongban.errors import CallerFault, ErrorCode, OurFault
from tongban.settings import Settings
from usage_metrics import signature_of


class DocumentRefused(CallerFault):
    """The document does not parse or does not fit the schema; ``errors`` are the GraphQL errors as they go out."""

    def __init__(self, code: ErrorCode, errors: list[GraphQLError]) -> None:
        super().__init__(code)
        self.errors = errors


def prepare(identified: Identified, generation: Generation, document: str, settings: Settings) -> Prepared:
    """Raises DocumentRefused, CallerFault."""
    arrived = identified.arrived
    key = (document, arrived.operation_name)
    operation = cast("Operation | None", generation.operations.get(key))
    if operation is None:
        operation = _operation(generation, document, arrived.operation_name, settings)
        generation.operations.put(key, operation)
    if arrived.read_only and operation.kind != "query":
        raise CallerFault(ErrorCode.METHOD_NOT_ALLOWED, "A GET can only run a query; use POST.")
    return Prepared(identified, generation, operation)


def _operation(generation: Generation, text: str, name: str | None, settings: Settings) -> Operation:
    document = _parsed(text, settings)
    definition = _named(document, name)
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    _Measure(settings, fragments).operation(definition)
    schema = generation.supergraph.api_schema
    errors = validate(schema, document, max_errors=20)
    if errors:
        raise DocumentRefused(ErrorCode.GRAPHQL_VALIDATION_FAILED, errors)
    _refuse_introspection(document, settings)
    try:
        compiled = compile_operation(generation.supergraph, generation.subgraphs, document, name)
    except PlanBudgetExceeded:
        raise CallerFault(ErrorCode.COST_EXCEEDED) from None
    except Unplannable as error:
        raise OurFault(ErrorCode.INTERNAL_ERROR, detail=str(error)) from None
    by_coordinate = generation.snapshot.by_coordinate
    services = sorted({by_coordinate[c] for c in compiled.coordinates if c in by_coordinate})
    return Operation(
        document=document,
        name=compiled.name,
        kind=compiled.kind.value,
        signature=signature_of(document),
        coordinates=compiled.coordinates,
        services=tuple(services),
        plans={frozenset(): compiled},
    )


def _parsed(text: str, settings: Settings) -> DocumentNode:
    try:
        return parse(text, max_tokens=settings.max_document_tokens)
    except GraphQLSyntaxError as error:
        raise DocumentRefused(ErrorCode.GRAPHQL_PARSE_FAILED, [error]) from None


def _named(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    """GetOperation (GraphQL specification §6.1)."""
    found = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    if name is not None:
        found = [d for d in found if d.name and d.name.value == name]
    if len(found) != 1:
        raise CallerFault(
            ErrorCode.OPERATION_RESOLUTION_FAILURE,
            "Unknown operation; operationName must name one in the document."
            if name
            else "The document must hold one operation, or operationName say which.",
        )
    return found[0]


def _refuse_introspection(document: DocumentNode, settings: Settings) -> None:
    if settings.introspection:
        return
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode) and any(
            isinstance(node, FieldNode) and node.name.value in ("__schema", "__type")
            for node in definition.selection_set.selections
        ):
            raise CallerFault(
                ErrorCode.FORBIDDEN, "Introspection is off; ask for /schema.graphql where you may see it."
            )


class _Measure:
    """Depth, aliases and root fields, fragments counted once each (memoised, so that nesting cannot multiply)."""

    def __init__(self, settings: Settings, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self._settings = settings
        self._fragments = fragments
        self._known: dict[str, tuple[int, int]] = {}

    def operation(self, definition: OperationDefinitionNode) -> None:
        depth, aliases = self._selection(definition.selection_set)
        for value, limit, what in (
            (depth, self._settings.max_depth, "levels deep"),
            (aliases, self._settings.max_aliases, "aliases"),
            (len(definition.selection_set.selections), self._settings.max_root_fields, "root fields"),
        ):
            if value > limit:
                raise CallerFault(ErrorCode.COST_EXCEEDED, f"The operation has more than {limit} {what}.")

    def _selection(self, selection: SelectionSetNode | None) -> tuple[int, int]:
        if selection is None:
            return 0, 0
        deepest = aliases = 0
        for node in selection.selections:
            if isinstance(node, FieldNode):
                below, more = self._selection(node.selection_set)
                below += 1
                more += node.alias is not None
            elif isinstance(node, InlineFragmentNode):
                below, more = self._selection(node.selection_set)
            else:
                below, more = self._fragment(cast(FragmentSpreadNode, node).name.value)
            deepest = max(deepest, below)
            aliases = min(aliases + more, 1_000_000)
        return deepest, aliases

    def _fragment(self, name: str) -> tuple[int, int]:
        if name not in self._known:
            self._known[name] = (0, 0)  # a cycle counts nothing here; validation refuses it
            fragment = self._fragments.get(name)
            self._known[name] = self._selection(fragment.selection_set) if fragment else (0, 0)
        return self._known[name]
