"""NO_QUERIES: a graph that nobody can ask is none."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import DefinitionNode, DocumentNode, OperationType

from federation.composition.draft import Draft
from federation.composition.objection import Objection, objection


def check(draft: Draft) -> Iterator[Objection]:
    """Where a query root is begun, else where the first subgraph begins."""
    if "Query" not in draft.types:
        begun = [s for s in draft.sources if _query_root(s.document) is not None]
        sources = [*begun, *(s for s in draft.sources if s not in begun)]
        first = sources[0].document if sources else None
        yield objection(
            "NO_QUERIES",
            [s.name for s in sources],
            (_query_root(first) or first.definitions[0]) if first else None,
            "No subgraph has a query root field.",
            'Declare one in one of the subgraphs, as in "type Query { status: String }".',
        )


def _query_root(document: DocumentNode) -> DefinitionNode | None:
    """The first definition that names it: the schema's, or its own."""
    for definition in document.definitions:
        operations = getattr(definition, "operation_types", None) or ()
        named = getattr(getattr(definition, "name", None), "value", "")
        if named == "Query" or any(each.operation is OperationType.QUERY for each in operations):
            return definition
    return None
