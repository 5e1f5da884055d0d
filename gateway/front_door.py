"""Which part of a gateway answers: /graphql bare and first, everything else by Starlette. Full and plain gateways share it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.generation import Generation
from gateway.transports.websocket import deny
from tongban.errors import ErrorCode
from tongban.settings import Settings


@dataclass(frozen=True, slots=True)
class Doors:
    """``graphql`` for HTTP on /graphql, ``sockets`` for WebSockets there, ``pages`` for everything else."""

    graphql: ASGIApp
    sockets: ASGIApp
    pages: ASGIApp


async def enter(doors: Doors, scope: Scope, receive: Receive, send: Send) -> None:
    """Hands a request to whom it is for; ``lifespan`` is not for this door."""
    path: str = scope["path"]
    if scope["type"] == "websocket":
        if path == "/graphql":
            await doors.sockets(scope, receive, send)
        else:
            await receive()  # websocket.connect
            await deny(scope, send, 404, ErrorCode.NOT_FOUND, "WebSockets are at /graphql.")
    elif path == "/graphql":
        await doors.graphql(scope, receive, send)
    elif path.startswith("/graphql/"):
        document_id = path.removeprefix("/graphql/")
        await doors.graphql({**scope, "path_params": {"document_id": document_id}}, receive, send)
    else:
        await doors.pages(scope, receive, send)


async def health(_request: Request) -> Response:
    return PlainTextResponse("ok\n")


async def metrics(_request: Request) -> Response:
    """The process's own figures."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def metrics_with(backends: CollectorRegistry) -> Callable[[Request], Awaitable[Response]]:
    """The same, and those of the backends."""

    async def metrics(_request: Request) -> Response:
        return Response(generate_latest() + generate_latest(backends), media_type=CONTENT_TYPE_LATEST)

    return metrics


def public_schema(generation: Generation | None, settings: Settings) -> Response:
    """The public schema, where introspection is offered."""
    if generation is None:
        return PlainTextResponse("starting\n", 503)
    if not settings.introspection:
        return PlainTextResponse("The schema is not offered here (setting: introspection).\n", 403)
    return PlainTextResponse(generation.supergraph.api_sdl, media_type="text/plain; charset=utf-8")
