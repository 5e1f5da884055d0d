"""A canary at run time: a second generation for a fixed share of sessions, and what is counted of both.

Must never: change its mind about a session, or go on once it was found worse.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from federation import ExecutionResult
from gateway.docking.comparing import Counts, worse
from gateway.generation import Generation
from gateway.rollout import place_of
from gateway.types import Executed, Identified
from tongban.errors import ErrorCode, Fault
from tongban.ids import subgraph_of

MOST_VALUES = 2_000
"""Of one answer that are looked at for nulls."""


@dataclass(slots=True)
class Trial:
    """``percent`` of sessions (without a login: of requests) meet ``generation``, where this revision serves its connector."""

    revision_id: int
    connector_id: str
    version: str
    department: str
    percent: float
    generation: Generation
    stable: Counts = field(default_factory=Counts)
    canary: Counts = field(default_factory=Counts)
    stopped: str = ""
    """Why it was found worse; from then on nobody meets it."""

    def meets(self, identified: Identified) -> bool:
        who = identified.caller.session or identified.arrived.request_id
        return not self.stopped and place_of(who, f"canary {self.revision_id}") < self.percent

    def observe(self, executed: Executed, now: Generation | None, latency_s: float) -> None:
        """Counts an answer of either generation, and judges."""
        prepared = executed.planned.authorized.prepared
        on_trial = prepared.generation is self.generation
        if self.stopped or not (on_trial or prepared.generation is now) or not self._touched(executed):
            return
        values, nulls = _counted(executed.result)
        counts = self.canary if on_trial else self.stable
        counts.add(latency_s, failed=self._failed(executed), values=values, nulls=nulls)
        if on_trial:
            self.stopped = worse(self.stable, self.canary)

    def misfit(self) -> None:
        """Counts a request that only the generation for everybody could answer."""
        self.canary.add(0.0, failed=True, values=0, nulls=0)
        self.stopped = worse(self.stable, self.canary)

    def _touched(self, executed: Executed) -> bool:
        prepared = executed.planned.authorized.prepared
        owners, name = prepared.generation.supergraph.owners, subgraph_of(self.connector_id)
        return any(name in owners.get(each, ()) for each in prepared.operation.coordinates)

    def _failed(self, executed: Executed) -> bool:
        return any(
            (department == self.department and code.facts.fault is not Fault.CALLER)
            or code is ErrorCode.INTERNAL_ERROR
            for code, department in executed.failures
        )


def _counted(result: ExecutionResult) -> tuple[int, int]:
    """Leaf values and the nulls among them."""
    values = nulls = 0
    waiting: list[Any] = [result.data]
    while waiting and values < MOST_VALUES:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
        else:
            values += 1
            nulls += value is None
    return values, nulls
