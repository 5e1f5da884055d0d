"""The ASGI application of the plain modes. Opened and closed by whoever serves it, or by the server's lifespan.

Must never: open a database, or keep anything between requests that one caller's headers decided.
"""

from __future__ import annotations

import os
from contextlib import AsyncExitStack
from dataclasses import replace

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
from gateway.front_door import enter, health, metrics, public_schema
from gateway.generation import Generation
from gateway.http import Answer, GraphQLEndpoint
from gateway.logs import set_up
from gateway.metrics import observed
from gateway.pipeline import Pipeline
from gateway.plain.faults import Objected, PlainUnusable
from gateway.plain.graph import Ground, read_graph
from gateway.plain.login import Anybody, TokenHolders
from gateway.plain.options import PlainOptions
from gateway.stages.identify import Login
from gateway.stages.meter import Metering
from gateway.stages.respond import refuse
from gateway.types import Arrived
from gateway.types import Response as Answered
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
        self.generation: Generation | None = None
        self._graphql: GraphQLEndpoint
        self._closing = AsyncExitStack()
        self._pages = Starlette(
            routes=[
                Route("/health", health),
                Route("/readyz", self._ready),
                Route("/metrics", metrics),
                Route("/schema.graphql", self._schema),
            ]
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        else:
            await enter(self._graphql, self._pages, scope, receive, send)

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
            self.generation = await read_graph(self.options, ground)
            for connector in self.generation.snapshot.connectors.values():
                stack.push_async_callback(connector.close)
            self._closing = stack.pop_all()
        pipeline = Pipeline(
            settings=self.settings,
            login=login,
            documents=TrustedDocuments(),
            generation=lambda: self.generation,
            metering=Metering(lambda _event: None, lambda _caller: None, self.clock),
            learn=lambda _operation: None,
        )
        answer = pipeline.answer if self.options.issuer is not None else _for_anybody(pipeline)
        forward = frozenset(self.options.forward_headers)
        self._graphql = GraphQLEndpoint(observed(answer), refuse, self.settings, self.clock, forward)

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
            body |= {"supergraph": generation.supergraph.hash, "subgraphs": sorted(generation.subgraphs)}
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


def _for_anybody(pipeline: Pipeline) -> Answer:
    """The Authorization header, whatever its scheme, is not for a gateway that knows no login; it may go on to backends."""

    async def answer(arrived: Arrived) -> Answered:
        return await pipeline.answer(replace(arrived, authorization=None))

    return answer


def from_environment() -> PlainGateway:
    """For a server that starts several processes."""
    environ = dict(os.environ)
    options = PlainOptions.from_json(environ.pop(VARIABLE))
    settings, _ = load(environ)
    return PlainGateway(options, settings)
