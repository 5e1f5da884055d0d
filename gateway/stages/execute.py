"""*execute*: run the plan under the request's one deadline; what a department fails at is that department's null."""

from __future__ import annotations

from federation import execute as run_plan
from federation.subgraph import FetchContext
from gateway.types import Authorized, Executed, Planned


async def execute(planned: Planned) -> Executed:
    arrived = planned.authorized.prepared.identified.arrived
    return Executed(planned, await run_plan(planned.compiled, arrived.variables, context_of(planned)))


def purpose_of(authorized: Authorized) -> str:
    """The operation's, where nothing of it is refused."""
    return "" if authorized.refusals else authorized.prepared.operation.purpose


def context_of(planned: Planned) -> FetchContext:
    """What subgraphs may know of the request."""
    identified = planned.authorized.prepared.identified
    arrived = identified.arrived
    return FetchContext(
        caller=identified.caller,
        deadline_s=arrived.deadline_s,
        request_id=arrived.request_id,
        purpose=purpose_of(planned.authorized),
        idempotency_key=arrived.idempotency_key,
        traceparent=arrived.traceparent,
        headers=arrived.forwarded,
    )
