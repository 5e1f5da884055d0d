"""How much of a description a manifest brings into the graph."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.judging.model import OperationCounts
from connectors.judging.rules.case import Case
from connectors.judging.sdl import root_fields


def count(case: Case) -> OperationCounts | None:
    """None where the description could not be opened."""
    if case.backend is None:
        return None
    mapped = case.used & case.operations.keys()
    typed = sum(1 for name in mapped if case.operations[name].answer.shape != "opaque")
    passed = set(_passed(case))
    return OperationCounts(len(case.operations), len(mapped) + len(passed), typed + len(passed))


def _passed(case: Case) -> Iterator[tuple[str, str]]:
    """Root fields that a GraphQL backend brings along by itself, with their root types: typed by its SDL."""
    if case.manifest.backend.kind != "graphql" or case.connector is None:
        return
    written = {("Query", name) for name in case.manifest.query}
    written |= {("Mutation", name) for name in case.manifest.mutation}
    yield from root_fields(case.connector.sdl, "Query", "Mutation") - written
