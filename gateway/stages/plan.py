"""*plan*: the compiled operation for what this caller may have; compiled once per ``PlanKey``."""

from __future__ import annotations

from functools import partial

from graphql import OperationDefinitionNode

from federation import CompiledOperation, FetchError, compile_operation, deferring_of
from gateway.beside import Beside
from gateway.rollout import active_labels
from gateway.stopwatch import stopwatch
from gateway.types import Arrived, Authorized, Operation, PlanKey, Planned
from tongban.settings import Settings


async def plan(authorized: Authorized, settings: Settings, beside: Beside) -> Planned:
    """Raises CallerFault(COST_EXCEEDED), OurFault."""
    prepared = authorized.prepared
    operation, identified = prepared.operation, prepared.identified
    key = PlanKey(
        frozenset((coordinate, error.code) for coordinate, error in authorized.refusals.items()),
        active_labels(prepared.generation.supergraph, identified, settings.override_labels, operation.labels),
        _deferring(operation, identified.arrived),
    )
    compiled = operation.plans.get(key)
    if compiled is None:
        work = partial(_compiled, authorized, key)
        if operation.large:
            compiled = await beside.once((id(operation), key), work)
        else:
            compiled = work()
        operation.plans.put(key, compiled)
        operations = prepared.generation.operations
        weight = min(operation.weight * len(operation.plans), operations.heaviest)
        operations.put(operation.known_as, operation, weight)
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
        key.deferring,
        stopwatch(),
    )


def _deferring(operation: Operation, arrived: Arrived) -> frozenset[tuple[str, bool]] | None:
    if operation.defer_variables is None or not arrived.incremental:
        return None
    definition = next(
        each
        for each in operation.document.definitions
        if isinstance(each, OperationDefinitionNode)
        and operation.name in (None, each.name.value if each.name else None)
    )
    return deferring_of(definition, operation.defer_variables, arrived.variables)
