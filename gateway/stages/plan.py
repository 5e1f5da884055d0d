"""*plan*: the compiled operation for what this caller may have; compiled once per ``PlanKey``."""

from __future__ import annotations

from federation import CompiledOperation, FetchError, compile_operation
from gateway.rollout import active_labels
from gateway.types import Arrived, Authorized, Operation, PlanKey, Planned
from tongban.settings import Settings


def plan(authorized: Authorized, settings: Settings) -> Planned:
    prepared = authorized.prepared
    operation, identified = prepared.operation, prepared.identified
    key = PlanKey(
        frozenset((coordinate, error.code) for coordinate, error in authorized.refusals.items()),
        active_labels(prepared.generation.supergraph, identified, settings.override_labels),
        _deferring(operation, identified.arrived),
    )
    compiled = operation.plans.get(key)
    if compiled is None:
        compiled = _compiled(authorized, key)
        operation.plans.put(key, compiled)
        prepared.generation.operations.put(
            operation.known_as, operation, operation.weight * len(operation.plans)
        )
    return Planned(authorized, compiled)


def _compiled(authorized: Authorized, key: PlanKey) -> CompiledOperation:
    generation, operation = authorized.prepared.generation, authorized.prepared.operation
    return compile_operation(
        generation.supergraph,
        generation.subgraphs,
        operation.document,
        operation.name,
        {
            coordinate: FetchError(error.code, error.message, department=error.department)
            for coordinate, error in authorized.refusals.items()
        },
        key.labels,
    )


def _deferring(operation: Operation, arrived: Arrived) -> frozenset[tuple[str, bool]] | None:
    if operation.defer_variables is None or not arrived.incremental:
        return None
    return frozenset((name, arrived.variables.get(name) is not False) for name in operation.defer_variables)
