"""*execute*: run the plan under the request's one deadline; what a department fails at is that department's null."""

from __future__ import annotations

from federation import execute as run_plan
from federation.subgraph import FetchContext
from gateway.types import Authorized, Executed, Planned


async def execute(planned: Planned) -> Executed:
    arrived = planned.authorized.prepared.identified.arrived
    return Executed(planned, await run_plan(planned.compiled, arrived.variables, context_of(planned)))


def purpose_of(authorized: Authorized) -> str:
    """The one purpose that every service of the request is declared for; empty where there is none, or more than one.

    A caller cannot add to a request what would lift the masks of the rest: every service must name the purpose itself.
    """
    if authorized.refusals:
        return ""
    prepared = authorized.prepared
    services = prepared.generation.snapshot.services
    declared = [services[name].purposes for name in prepared.operation.services if name in services]
    common = set(declared[0]).intersection(*declared[1:]) if declared else set()
    return common.pop() if len(common) == 1 else ""


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
