"""*weigh*: what an operation may cost with these variables, before anything is planned for the caller or fetched."""

from __future__ import annotations

from gateway.types import Prepared
from tongban.errors import CallerFault, ErrorCode
from tongban.settings import Settings


def weigh(prepared: Prepared, settings: Settings) -> Prepared:
    """Raises CallerFault(COST_EXCEEDED); NotOneSlicingArgument where the schema wants exactly one."""
    estimate = prepared.operation.estimate
    if estimate is not None:
        cost = estimate.of(prepared.identified.arrived.variables)
        if cost > settings.max_cost:
            raise CallerFault(
                ErrorCode.COST_EXCEEDED,
                f"The operation costs {cost}; at most {settings.max_cost} are allowed.",
            )
    return prepared
