"""The walk of a request, in the order in which it is told: identify, admit, prepare, authorize, plan, execute, respond; meter beside it.

The only place that knows the order. Nothing here is done per request that could be done once per operation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import structlog

from gateway.generation import Generation
from gateway.stages.admit import admit
from gateway.stages.authorize import authorize
from gateway.stages.execute import execute
from gateway.stages.identify import Login, identify
from gateway.stages.meter import Metering, meter, meter_refusal
from gateway.stages.plan import plan
from gateway.stages.prepare import prepare
from gateway.stages.respond import refuse, respond
from gateway.types import Arrived, Executed, Operation, Response
from tongban.caller import Caller
from tongban.errors import CallerFault, ErrorCode, OurFault, TongbanError
from tongban.settings import Settings

log = structlog.get_logger("tongban.pipeline")


class Documents(Protocol):
    """Trusted documents by id."""

    def get(self, document_id: str) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Pipeline:
    """``generation`` gives the current one, or None before the first is loaded."""

    settings: Settings
    login: Login
    documents: Documents
    generation: Callable[[], Generation | None]
    metering: Metering
    learn: Callable[[Operation], None]
    """Told once of every operation that is new to the generation."""

    async def answer(self, arrived: Arrived) -> Response:
        """Never raises (cancellation excepted)."""
        reached = _Reached(Caller(client=arrived.client))
        try:
            executed = await self._walk(arrived, reached)
            meter(executed, self.metering)
            return respond(executed)
        except TongbanError as error:
            meter_refusal(arrived, reached.caller, reached.operation, error, self.metering)
            return refuse(arrived.request_id, error)
        except Exception as error:
            # The traceback's locals stay out of the log: they may be personal.
            log.error(
                "request failed", request_id=arrived.request_id, error=type(error).__name__, exc_info=error
            )
            return refuse(arrived.request_id, OurFault(ErrorCode.INTERNAL_ERROR))

    async def _walk(self, arrived: Arrived, reached: _Reached) -> Executed:
        generation = self.generation()
        if generation is None:
            raise OurFault(ErrorCode.NOT_READY, retry_after_s=1)
        identified = admit(await identify(arrived, self.login), self.settings)
        reached.caller = identified.caller
        prepared = prepare(identified, generation, self._document(arrived), self.settings, self.learn)
        reached.operation = prepared.operation
        return await execute(plan(authorize(prepared)))

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


@dataclass(slots=True)
class _Reached:
    """How far a refused request came, for the meter."""

    caller: Caller
    operation: Operation | None = None
