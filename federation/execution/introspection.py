"""``__schema`` and ``__type`` answered from the API schema; no subgraph hears of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    execute_sync,
)

from federation.planning.build_selection import variables_in
from federation.planning.faults import Budget
from federation.planning.operation import Operation, SelectionWalk
from federation.supergraph import Supergraph


class Introspection:
    """The introspection part of one operation; answered once where no variable is involved."""

    def __init__(self, supergraph: Supergraph, operation: Operation) -> None:
        self._schema: GraphQLSchema = supergraph.api_schema
        walk = SelectionWalk(supergraph, operation.fragments, Budget(1 << 62))
        fields = [
            selected.node
            for selected in walk.fields(operation.sets)
            if selected.node.name.value in ("__schema", "__type")
        ]
        self._document = _document(operation, fields) if fields else None
        used = variables_in(self._document.definitions) if self._document else ()
        self._is_constant = not list(used)
        self._answer: dict[str, Any] | None = None

    def answer(self, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        """Response key → value, as the client wrote it."""
        if self._document is None:
            return {}
        if self._answer is not None:
            return self._answer
        result = execute_sync(self._schema, self._document, variable_values=dict(variables))
        found = result.data or {}
        if self._is_constant:
            self._answer = found
        return found


def _document(operation: Operation, fields: list[FieldNode]) -> DocumentNode:
    definition = OperationDefinitionNode(
        operation=OperationType.QUERY,
        variable_definitions=operation.definition.variable_definitions,
        directives=(),
        selection_set=SelectionSetNode(selections=tuple(fields)),
    )
    return DocumentNode(definitions=(definition, *operation.fragments.values()))
