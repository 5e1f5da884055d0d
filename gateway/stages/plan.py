"""*plan*: the compiled operation for what this caller may have; compiled once per operation and set of refusals."""

from __future__ import annotations

from federation import FetchError, compile_operation
from gateway.types import Authorized, Planned


def plan(authorized: Authorized) -> Planned:
    operation, generation = authorized.prepared.operation, authorized.prepared.generation
    refused = frozenset((coordinate, error.code) for coordinate, error in authorized.refusals.items())
    compiled = operation.plans.get(refused)
    if compiled is None:
        compiled = operation.plans[refused] = compile_operation(
            generation.supergraph,
            generation.subgraphs,
            operation.document,
            operation.name,
            {
                coordinate: FetchError(error.code, error.message, department=error.department)
                for coordinate, error in authorized.refusals.items()
            },
        )
    return Planned(authorized, compiled)
