"""The ASGI application: /graphql bare and first, everything else by Starlette; opening and closing of the house in its lifespan."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from auth import SampleLogin, provider_routes
from connectors.connector import Connector
from federation.subgraph import FetchContext
from gateway.api.connectors import api_routes
from gateway.current import CurrentGeneration
from gateway.departments.desk import department_routes
from gateway.documents import TrustedDocuments
from gateway.front_door import Doors, enter, health, metrics_with, public_schema
from gateway.http import GraphQLEndpoint
from gateway.logs import set_up
from gateway.metrics import observed
from gateway.pipeline import Pipeline
from gateway.rooms import Rooms, open_rooms
from gateway.seats import SeatsByPerson
from gateway.stages.meter import Metering
from gateway.stages.respond import refuse
from gateway.transports.websocket import Behind, SocketEndpoint
from gateway.types import Operation
from gateway.watching import health_shown, quality_shown, registry_of
from schema.matter_record import MatterRecord
from schema.refresh import MatterRefresh
from tongban.caller import Caller
from tongban.clock import Clock, SystemClock
from tongban.settings import Settings, load
from web.pages import DepartmentRow, Front, GraphiQLPage, Tab, page_routes

log = structlog.get_logger("tongban.app")
Background = Callable[[], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class Extras:
    """What the demo adds to a plain gateway."""

    documents: TrustedDocuments = field(default_factory=TrustedDocuments)
    tabs: Sequence[Tab] = ()
    samples: tuple[SampleLogin, ...] = ()
    simulated: bool = False
    fill: Callable[[Rooms], Awaitable[None]] | None = None
    """Run when the rooms are open, before the first generation."""


class Gateway:
    """One gateway process. Opened by the server's lifespan, or by ``open``/``close``."""

    def __init__(self, settings: Settings, clock: Clock | None = None, extras: Extras | None = None) -> None:
        self.settings = settings
        self.clock = clock or SystemClock()
        self.extras = extras or Extras()
        self.rooms: Rooms
        self.current: CurrentGeneration
        self._doors: Doors
        self._tasks: list[asyncio.Task[None]] = []
        self._learning: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        else:
            await enter(self._doors, scope, receive, send)

    async def open(self) -> None:
        """Opens the rooms, loads the graph, starts what runs beside requests."""
        settings = self.settings
        set_up(settings.log_level)
        extras = self.extras
        self.rooms = rooms = await open_rooms(
            settings, self.clock, simulated=extras.simulated, samples=extras.samples
        )
        self.current = current = CurrentGeneration(rooms, self.extras.documents)
        pipeline = Pipeline(
            settings=settings,
            clock=self.clock,
            login=rooms,
            documents=extras.documents,
            in_force=current.in_force,
            metering=Metering(rooms.meter.record, rooms.meter_hash, self.clock),
            learn=self._learn,
            seats=SeatsByPerson(settings.max_user_subscriptions, settings.max_subscriptions),
        )
        answer = observed(pipeline.answer)
        behind = Behind(answer, pipeline.identify, settings, self.clock, current.in_force)
        self._doors = Doors(
            GraphQLEndpoint(answer, refuse, settings, self.clock),
            SocketEndpoint(behind),
            Starlette(routes=self._routes()),
        )
        if extras.fill is not None:
            await extras.fill(rooms)
        await current.refresh()
        refresh = MatterRefresh(rooms.matters, self._ask, self.clock)
        self._beside(lambda: current.watch(settings.store_poll_s))
        self._beside(lambda: rooms.flusher.run(settings.meter_flush_s))
        self._beside(lambda: refresh.run(settings.matter_poll_s))
        self._beside(lambda: rooms.auth.follow(settings.store_poll_s))
        self._beside(self._tidy)

    def leave(self) -> None:
        """The server is about to end: what lasts is to end by itself (``gateway.serving`` says when)."""
        self.current.in_force.leave()

    async def close(self) -> None:
        """Stops what runs beside requests (the meter flushes once more), then closes the rooms."""
        await asyncio.gather(*self._learning)
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task
        await self.current.close()
        await self.rooms.close()

    def _beside(self, work: Background) -> None:
        self._tasks.append(asyncio.create_task(work()))

    def _learn(self, operation: Operation) -> None:
        """Keeps which coordinates an operation names, for those who ask what is in use; nobody waits for it."""
        task = asyncio.create_task(self._remember(operation))
        self._learning.add(task)
        task.add_done_callback(self._learning.discard)

    async def _remember(self, operation: Operation) -> None:
        try:
            await self.rooms.operations.remember(
                operation.signature, operation.document, operation.coordinates
            )
        except (SQLAlchemyError, OSError) as error:
            log.warning("operation not remembered", error=type(error).__name__)

    async def _tidy(self) -> None:
        """Once an hour: rows that nobody can need any more."""
        while True:
            await asyncio.sleep(3600)
            try:
                await self.rooms.auth.forget_expired()
            except (SQLAlchemyError, OSError) as error:
                log.warning("not tidied", error=type(error).__name__)

    async def _ask(self, matter: MatterRecord) -> str | None:
        """A department's word on a matter, asked in its owner's name."""
        connector = self.current.connector_of(matter.department, matter.service)
        if connector is None or matter.number is None:
            return None
        person = await self.rooms.auth.accounts.person(matter.person_id) if matter.person_id else None
        caller = Caller(subject=matter.subject, level=3, person=person)
        deadline_s = self.clock.monotonic_s() + self.settings.request_deadline_s
        context = FetchContext(
            caller=caller, deadline_s=deadline_s, request_id=f"matter-{matter.id}", purpose="matter"
        )
        return await connector.matter_state(matter.number, context)

    def _routes(self) -> list[BaseRoute]:
        settings = self.settings
        graphiql = GraphiQLPage(settings.issuer, self.extras.tabs) if settings.graphiql else None
        return [
            Route("/health", health),
            Route("/readyz", self._ready),
            Route("/metrics", metrics_with(registry_of(self._connectors))),
            Route("/schema.graphql", self._schema),
            *provider_routes(self.rooms.auth.provider),
            *api_routes(self.rooms, settings.issuer),
            *department_routes(self.rooms, self.current, simulated=self.extras.simulated),
            *page_routes(self._front, graphiql),
        ]

    async def _ready(self, request: Request) -> Response:
        """503 until a first generation is loaded; 200 even when a later one could not be taken over."""
        generation, status = self.current.now, self.current.status
        body: dict[str, Any] = {"ready": generation is not None}
        if "verbose" in request.query_params:
            body |= {
                "revision": generation.revision if generation else None,
                "supergraph": generation.supergraph.hash if generation else None,
                "subgraphs": sorted(generation.subgraphs) if generation else [],
                "problem": status.problem,
                "skipped": status.skipped,
                "health": health_shown(self._connectors()),
                "quality": quality_shown(self._connectors()),
                "canaries": [
                    {
                        "connector": trial.connector_id,
                        "version": trial.version,
                        "percent": trial.percent,
                        "requests": trial.canary.requests,
                        "stopped": trial.stopped,
                    }
                    for trial in self.current.trials
                ],
            }
        return JSONResponse(body, 200 if generation is not None else 503)

    def _connectors(self) -> Mapping[str, Connector]:
        generation = self.current.now
        return generation.snapshot.connectors if generation is not None else {}

    async def _schema(self, request: Request) -> Response:
        return public_schema(self.current.now, self.settings)

    def _front(self) -> Front:
        generation = self.current.now
        services = generation.snapshot.services.values() if generation else ()
        rows = [
            DepartmentRow(
                code=department.code,
                name_zh=department.name_zh,
                name_en=department.name_en,
                services=sum(1 for s in services if s.department == department.code),
                transactions=sum(
                    1 for s in services if s.department == department.code and s.kind == "transaction"
                ),
            )
            for department in (generation.snapshot.departments.values() if generation else ())
        ]
        return Front(rows, self.settings.graphiql, self.extras.simulated)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            await self.open()
        except Exception as error:
            log.error("could not start", error=str(error))
            await send({"type": "lifespan.startup.failed", "message": f"{type(error).__name__}: {error}"})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.close()
        await send({"type": "lifespan.shutdown.complete"})


def from_environment() -> Gateway:
    """For a server that starts several processes: settings from ``TONGBAN_*`` alone."""
    settings, _ = load(os.environ)
    return Gateway(settings)
