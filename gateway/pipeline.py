"""The walk of a request, in the order in which it is told: identify, admit, prepare, weigh, authorize, plan, execute, respond; and meter
beside it.

The only place that knows the order, whatever transport a request came by. Nothing here is done per request that could be done
once per operation. A subscription is metered once, when it is let in; an answer in parts once, when it ends.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from federation import ExecutionResult
from gateway.beside import Beside
from gateway.deferred import begin
from gateway.generation import Generation
from gateway.in_force import InForce
from gateway.metrics import SUBSCRIPTIONS
from gateway.seats import SeatsByPerson
from gateway.stages.admit import admit
from gateway.stages.authorize import authorize
from gateway.stages.execute import execute
from gateway.stages.identify import Login, caller_of, identify
from gateway.stages.meter import Metering, meter, meter_refusal
from gateway.stages.plan import plan
from gateway.stages.prepare import prepare
from gateway.stages.respond import refuse, respond
from gateway.stages.weigh import weigh
from gateway.subscriptions import Around, ended, events_of
from gateway.types import (
    Arrived,
    Delivered,
    Executed,
    Identified,
    Operation,
    Planned,
    Prepared,
    Response,
    Streamed,
)
from tongban.caller import Caller, Client
from tongban.clock import Clock
from tongban.errors import CallerFault, ErrorCode, OurFault, TongbanError
from tongban.settings import Settings

log = structlog.get_logger("tongban.pipeline")


class Documents(Protocol):
    """Trusted documents by id."""

    def get(self, document_id: str) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Pipeline:
    """One for all transports of a process. ``seats``: of open subscriptions."""

    settings: Settings
    clock: Clock
    login: Login
    documents: Documents
    in_force: InForce
    metering: Metering
    learn: Callable[[Operation], None]
    """Told once of every operation that is new to the generation."""
    seats: SeatsByPerson
    beside: Beside = field(default_factory=Beside)
    """Where large operations are planned."""

    async def answer(self, arrived: Arrived) -> Response | Streamed:
        """Never raises (cancellation excepted), and neither does what is streamed."""
        reached = _Reached(Caller(client=arrived.client))
        try:
            planned = await self._walk(arrived, reached)
            if planned.compiled.source is not None:
                return self._subscribed(planned)
            if planned.compiled.deferred:
                return await self._deferred(planned)
            return self._answered(await execute(planned))
        except TongbanError as error:
            meter_refusal(arrived, reached.caller, reached.operation, error, self.metering)
            return refuse(arrived.request_id, error)
        except Exception as error:
            return refuse(arrived.request_id, _ours(arrived, error))

    async def identify(self, authorization: str | None, client: Client) -> Caller:
        """Whose a connection is, before anything is asked on it. Raises CallerFault(UNAUTHENTICATED)."""
        return await caller_of(authorization, client, self.login)

    async def _walk(self, arrived: Arrived, reached: _Reached) -> Planned:
        """Every request and every subscription at a change of the graph: all stages up to the plan."""
        now = self.in_force.now
        if now is None:
            raise OurFault(ErrorCode.NOT_READY, retry_after_s=1)
        identified = admit(await identify(arrived, self.login), self.settings)
        reached.caller = identified.caller
        prepared = await self._prepared(identified, self._document(arrived), now)
        reached.operation = prepared.operation
        return await plan(authorize(weigh(prepared, self.settings)), self.settings, self.beside)

    async def _prepared(self, identified: Identified, document: str, now: Generation) -> Prepared:
        """What does not fit a trial's generation is answered by the one for everybody."""
        generation = self.in_force.for_whom(identified) or now
        try:
            return await prepare(identified, generation, document, self.settings, self.learn, self.beside)
        except TongbanError:
            if generation is now:
                raise
            prepared = await prepare(identified, now, document, self.settings, self.learn, self.beside)
            self.in_force.misfit(generation)
            return prepared

    def _answered(self, executed: Executed) -> Response:
        self._count(executed)
        return respond(executed)

    def _count(self, executed: Executed) -> None:
        meter(executed, self.metering)
        if self.in_force.trials:
            received_s = executed.planned.authorized.prepared.identified.arrived.received_s
            self.in_force.observe(executed, self.clock.monotonic_s() - received_s)

    async def _deferred(self, planned: Planned) -> Response | Streamed:
        """The first part is awaited: what defers nothing in the end is an answer like any other."""
        answer = await begin(planned)
        if not answer.first.pending:
            await answer.close()
            return self._answered(answer.executed)

        async def closing() -> None:
            await answer.close()
            self._count(answer.executed)

        arrived = planned.authorized.prepared.identified.arrived
        return Streamed(_unfailing(answer.values(), arrived), False, closing)

    def _subscribed(self, planned: Planned) -> Response | Streamed:
        """A seat is taken for as long as it is open. Raises CallerFault(RATE_LIMITED), OurFault(OVERLOADED)."""
        identified = planned.authorized.prepared.identified
        arrived = identified.arrived
        _, wrong = planned.compiled.coerce(arrived.variables)
        result = Executed(planned, ExecutionResult(None, wrong))
        if wrong:
            return self._answered(result)
        give_back = self._seat(identified.caller, arrived)
        meter(result, self.metering)
        around = Around(
            self.in_force, self.clock, self._again, self._recognised, self.settings.request_deadline_s
        )
        return Streamed(_unfailing(events_of(planned, around), arrived), True, give_back)

    async def _again(self, arrived: Arrived) -> Planned:
        return await self._walk(arrived, _Reached(Caller(client=arrived.client)))

    async def _recognised(self, arrived: Arrived) -> Caller:
        return await caller_of(arrived.authorization, arrived.client, self.login)

    def _seat(self, caller: Caller, arrived: Arrived) -> Callable[[], Awaitable[None]]:
        if self.in_force.leaving:
            raise OurFault(ErrorCode.OVERLOADED, retry_after_s=1)
        give_back = self.seats.take(caller.subject)
        try:
            give_back_to_socket = arrived.seats.take() if arrived.seats is not None else None
        except TongbanError:
            give_back()
            raise
        SUBSCRIPTIONS.inc()

        async def leave() -> None:
            SUBSCRIPTIONS.dec()
            give_back()
            if give_back_to_socket is not None:
                give_back_to_socket()

        return leave

    def _document(self, arrived: Arrived) -> str:
        """The document's text; with an id, the trusted document's."""
        if arrived.document_id is not None:
            known = self.documents.get(arrived.document_id)
            if known is None:
                raise CallerFault(ErrorCode.PERSISTED_QUERY_NOT_FOUND)
            return known
        if not arrived.document:
            raise CallerFault(
                ErrorCode.MALFORMED_REQUEST, 'Send a GraphQL document under "query", or a documentId.'
            )
        return arrived.document


async def _unfailing(
    values: AsyncGenerator[Delivered, None], arrived: Arrived
) -> AsyncGenerator[Delivered, None]:
    """What goes wrong in a stream is its end, told as an error."""
    async with aclosing(values):
        try:
            async for value in values:
                yield value
        except Exception as error:
            yield ended(_ours(arrived, error))


def _ours(arrived: Arrived, error: Exception) -> OurFault:
    # The traceback's locals stay out of the log: they may be personal.
    log.error("request failed", request_id=arrived.request_id, error=type(error).__name__, exc_info=error)
    return OurFault(ErrorCode.INTERNAL_ERROR)


@dataclass(slots=True)
class _Reached:
    """How far a refused request came, for the meter."""

    caller: Caller
    operation: Operation | None = None
