"""The ASGI application of the plain modes. Opened and closed by whoever serves it, or by the server's lifespan.

It looks at the graph's file twice a second (``store_poll_s``). A new one that can be used takes over whole; requests in flight keep
what they began with. One that cannot be used is told in the log, and what runs goes on.

Must never: open a database, or keep anything between requests that one caller's headers decided.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import Protocol

import aiohttp
import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from auth import IssuerUnusable, RemoteJwks, TokenRules, TokenVerifier
from connectors.egress import LOOPBACK
from connectors.secrets import FileSecrets, HeldSecrets
from connectors.transport import Transport
from gateway.documents import TrustedDocuments
from gateway.front_door import Doors, enter, health, metrics, public_schema
from gateway.generation import Generation
from gateway.http import GraphQLEndpoint
from gateway.in_force import InForce
from gateway.logs import set_up
from gateway.metrics import observed
from gateway.pipeline import Pipeline
from gateway.plain.faults import Objected, PlainUnusable
from gateway.plain.graph import GraphFiles, Ground
from gateway.plain.login import Anybody, TokenHolders
from gateway.plain.options import PlainOptions
from gateway.seats import SeatsByPerson
from gateway.stages.identify import Login
from gateway.stages.meter import Metering
from gateway.stages.respond import refuse
from gateway.transports.websocket import Behind, SocketEndpoint
from gateway.types import Arrived, Streamed
from gateway.types import Response as Answered
from tongban.caller import Caller, Client
from tongban.clock import Clock, SystemClock
from tongban.settings import Settings, load

log = structlog.get_logger("tongban.plain")
VARIABLE = "TONGBAN_PLAIN"
"""Where worker processes find their options."""


class PlainGateway:
    """One process of a plain gateway."""

    def __init__(self, options: PlainOptions, settings: Settings, clock: Clock | None = None) -> None:
        self.options = options
        self.settings = settings
        self.clock = clock or SystemClock()
        self.in_force = InForce()
        self.problem = ""
        """Of the newest file, if it could not be used."""
        self._doors: Doors
        self._closing = AsyncExitStack()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        else:
            await enter(self._doors, scope, receive, send)

    async def open(self) -> None:
        """Reads the files, asks who has to be asked.

        Raises: PlainUnusable, Objected.
        """
        set_up(self.settings.log_level)
        async with AsyncExitStack() as stack:
            transport = Transport(clock=self.clock, egress_allow=(*LOOPBACK, *self.settings.egress_allow))
            stack.push_async_callback(transport.close)
            login = await self._login(stack)
            ground = Ground(self.settings, transport, self._secrets(), self.clock)
            files = GraphFiles(self.options, ground)
            stack.push_async_callback(files.close)
            stamp = files.stamp()
            self.in_force.take_over(await files.read())
            following = asyncio.create_task(self._follow(files, stamp))
            stack.callback(following.cancel)
            self._closing = stack.pop_all()
        self._doors = self._doors_to(login)

    def _doors_to(self, login: Login) -> Doors:
        settings = self.settings
        pipeline: _Walk = Pipeline(
            settings=settings,
            clock=self.clock,
            login=login,
            documents=TrustedDocuments(),
            in_force=self.in_force,
            metering=Metering(lambda _event: None, lambda _caller: None, self.clock),
            learn=lambda _operation: None,
            seats=SeatsByPerson(settings.max_user_subscriptions, settings.max_subscriptions),
        )
        if self.options.issuer is None:
            pipeline = _ForAnybody(pipeline)
        answer = observed(pipeline.answer)
        forward = frozenset(self.options.forward_headers)
        behind = Behind(answer, pipeline.identify, settings, self.clock, self.in_force, forward)
        routes = [
            Route("/health", health),
            Route("/readyz", self._ready),
            Route("/metrics", metrics),
            Route("/schema.graphql", self._schema),
        ]
        return Doors(
            GraphQLEndpoint(answer, refuse, settings, self.clock, forward),
            SocketEndpoint(behind),
            Starlette(routes=routes),
        )

    @property
    def generation(self) -> Generation | None:
        return self.in_force.now

    def leave(self) -> None:
        """The server is about to end: what lasts is to end by itself (``gateway.serving`` says when)."""
        self.in_force.leave()

    async def _follow(self, files: GraphFiles, stamp: tuple[int, ...] | None) -> None:
        """For ever. A file that is being replaced or is no file is looked at again."""
        while True:
            await asyncio.sleep(self.settings.store_poll_s)
            found = files.stamp()
            if found is None or found == stamp:
                continue
            stamp = found
            try:
                generation = await files.read()
            except Objected as objected:
                self._not_taken_over("; ".join(f"{o.code}: {o.message}" for o in objected.objections[:5]))
            except PlainUnusable as unusable:
                self._not_taken_over(str(unusable))
            except Exception as error:
                self._not_taken_over(type(error).__name__, error)
            else:
                self.in_force.take_over(generation)
                self.problem = ""
                log.info("graph", revision=generation.revision, subgraphs=len(generation.subgraphs))

    def _not_taken_over(self, problem: str, error: Exception | None = None) -> None:
        self.problem = problem
        log.error("graph not taken over", problem=problem, exc_info=error)

    async def close(self) -> None:
        await self._closing.aclose()

    async def _login(self, stack: AsyncExitStack) -> Login:
        issuer, audience = self.options.issuer, self.options.audience
        if issuer is None or audience is None:
            return Anybody()
        session = await stack.enter_async_context(
            aiohttp.ClientSession(trust_env=False, cookie_jar=aiohttp.DummyCookieJar())
        )
        keys = RemoteJwks(issuer, session)
        try:
            await keys.start()
        except IssuerUnusable as unusable:
            raise PlainUnusable(f"the issuer {issuer} cannot be used: {unusable}") from None
        return TokenHolders(TokenVerifier(keys, TokenRules.foreign(issuer, audience), self.clock))

    def _secrets(self) -> HeldSecrets:
        """Of connectors; there is no data directory to look into."""
        if not self.settings.secrets_file:
            return HeldSecrets({})
        try:
            return FileSecrets(self.settings.secrets_path)
        except (OSError, ValueError) as error:
            raise PlainUnusable(f"secrets_file {self.settings.secrets_file}: {error}") from None

    async def _ready(self, request: Request) -> Response:
        generation = self.generation
        body: dict[str, object] = {"ready": generation is not None}
        if "verbose" in request.query_params and generation is not None:
            body |= {
                "supergraph": generation.supergraph.sdl_hash,
                "subgraphs": sorted(generation.subgraphs),
                "problem": self.problem,
            }
        return JSONResponse(body, 200 if generation is not None else 503)

    async def _schema(self, request: Request) -> Response:
        return public_schema(self.generation, self.settings)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            await self.open()
        except (PlainUnusable, Objected) as error:
            log.error("could not start", error=str(error))
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.close()
        await send({"type": "lifespan.shutdown.complete"})


class _Walk(Protocol):
    """A pipeline, as transports see it."""

    async def answer(self, arrived: Arrived) -> Answered | Streamed: ...

    async def identify(self, authorization: str | None, client: Client) -> Caller: ...


@dataclass(frozen=True, slots=True)
class _ForAnybody:
    """The Authorization header, whatever its scheme, is not for a gateway that knows no login; it may go on to backends."""

    inner: _Walk

    async def answer(self, arrived: Arrived) -> Answered | Streamed:
        return await self.inner.answer(replace(arrived, authorization=None))

    async def identify(self, authorization: str | None, client: Client) -> Caller:
        return await self.inner.identify(None, client)


def from_environment() -> PlainGateway:
    """For a server that starts several processes."""
    environ = dict(os.environ)
    options = PlainOptions.from_json(environ.pop(VARIABLE))
    settings, _ = load(environ)
    return PlainGateway(options, settings)
