"""*meter*: one event for the operation and one for each service it touched, told after the answer is known.

Synchronous, microseconds, never in the way. Nothing of a person goes in but a keyed hash made for the meter alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gateway.types import Arrived, Executed, Operation
from tongban.caller import Caller, Role
from tongban.clock import Clock
from tongban.errors import ErrorCode, Fault, TongbanError
from usage_metrics.events import WHOLE_OPERATION, Kind, Outcome, Phase, UsageEvent, Who

CHANNELS: Mapping[str, str] = {
    "tongban-app": "app",
    "tongban-miniprogram": "mini_program",
    "tongban-kiosk": "kiosk",
    "tongban-counter": "counter",
    "graphiql": "web",
}
"""Registered client → where it runs."""

_STAFF = frozenset(
    {
        Role.OFFICER,
        Role.CONNECTOR_OWNER,
        Role.DATA_STEWARD,
        Role.EVALUATOR,
        Role.AUDITOR,
        Role.OPERATOR,
    }
)
_TIMEOUTS = frozenset({ErrorCode.DEPARTMENT_TIMEOUT, ErrorCode.DEADLINE_EXCEEDED})
_DENIALS = frozenset(
    {ErrorCode.UNAUTHENTICATED, ErrorCode.FORBIDDEN, ErrorCode.STEP_UP_REQUIRED, ErrorCode.CONSENT_REQUIRED}
)


@dataclass(frozen=True, slots=True)
class Metering:
    """``record`` counts; ``hash_of`` gives a caller's 64-bit hash for the meter, None for nobody."""

    record: Callable[[UsageEvent], None]
    hash_of: Callable[[Caller], int | None]
    clock: Clock


def meter(executed: Executed, metering: Metering) -> None:
    prepared = executed.planned.authorized.prepared
    identified, operation = prepared.identified, prepared.operation
    refusals = executed.planned.authorized.refusals
    refused = {prepared.generation.snapshot.by_coordinate.get(c) for c in refusals}
    by_us = {(error.code, error.department) for error in refusals.values()}
    failed: dict[str, Outcome] = {}
    worst: Outcome = "ok"
    for code, department in executed.failures:
        worst = _outcome(code)
        if department is not None and (code, department) not in by_us:
            failed[department] = worst
    tell = _Teller(metering, identified.arrived, identified.caller, operation)
    tell(WHOLE_OPERATION, worst)
    for service in operation.services:
        outcome = "denied" if service in refused else failed.get(service.partition(".")[0], "ok")
        tell(service, outcome)


def meter_refusal(
    arrived: Arrived, caller: Caller, operation: Operation | None, error: TongbanError, metering: Metering
) -> None:
    """A request that was refused as a whole."""
    tell = _Teller(metering, arrived, caller, operation)
    outcome = _outcome(error.code)
    tell(WHOLE_OPERATION, outcome)
    for service in operation.services if operation is not None else ():
        tell(service, outcome)


class _Teller:
    """The facts that all events of a request share."""

    def __init__(
        self, metering: Metering, arrived: Arrived, caller: Caller, operation: Operation | None
    ) -> None:
        self._metering = metering
        self._at_s = metering.clock.epoch_s()
        self._latency_ms = (metering.clock.monotonic_s() - arrived.received_s) * 1000
        self._client = caller.client if caller.client.app != "anonymous" else arrived.client
        self._who: Who = "staff" if caller.roles & _STAFF else "citizen" if caller.subject else "unknown"
        self._hash = metering.hash_of(caller)
        self._signature = operation.signature if operation is not None else ""
        self._writes = operation is not None and operation.kind == "mutation"

    def __call__(self, service: str, outcome: Outcome) -> None:
        kind: Kind = "transaction" if self._writes else "query"
        phase: Phase = ("complete" if outcome == "ok" else "start") if self._writes else "call"
        self._metering.record(
            UsageEvent(
                at_s=self._at_s,
                app=self._client.app,
                service=service,
                signature=self._signature,
                kind=kind,
                phase=phase,
                outcome=outcome,
                latency_ms=self._latency_ms,
                client_name=self._client.name,
                client_version=self._client.version,
                channel=CHANNELS.get(self._client.app, "unknown"),
                who=self._who,
                subject_hash=self._hash,
            )
        )


def _outcome(code: ErrorCode) -> Outcome:
    if code in _TIMEOUTS:
        return "timeout"
    if code in _DENIALS:
        return "denied"
    return "caller_error" if code.facts.fault is Fault.CALLER else "department_error"
