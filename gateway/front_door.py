"""Which part of a gateway answers: /graphql bare and first, everything else by Starlette. Full and plain gateways share it."""

from __future__ import annotations

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.generation import Generation
from tongban.settings import Settings

_NO_WEBSOCKET = (
    b'{"errors":[{"message":"Subscriptions over WebSocket are not offered here; use POST.",'
    b'"extensions":{"code":"METHOD_NOT_ALLOWED"}}]}'
)


async def enter(graphql: ASGIApp, pages: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Hands a request to whom it is for; ``lifespan`` is not for this door."""
    if scope["type"] != "http":
        await _refuse_websocket(scope, receive, send)
        return
    path: str = scope["path"]
    if path == "/graphql":
        await graphql(scope, receive, send)
    elif path.startswith("/graphql/"):
        document_id = path.removeprefix("/graphql/")
        await graphql({**scope, "path_params": {"document_id": document_id}}, receive, send)
    else:
        await pages(scope, receive, send)


async def _refuse_websocket(scope: Scope, receive: Receive, send: Send) -> None:
    """Before the handshake is accepted, so as an HTTP answer (ASGI: WebSocket Denial Response) where the server can send one."""
    await receive()  # websocket.connect
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 4406})
        return
    headers = [(b"content-type", b"application/json; charset=utf-8"), (b"cache-control", b"no-store")]
    await send(
        {
            "type": "websocket.http.response.start",
            "status": 405,
            "headers": [*headers, (b"allow", b"GET, POST")],
        }
    )
    await send({"type": "websocket.http.response.body", "body": _NO_WEBSOCKET})


async def health(_request: Request) -> Response:
    return PlainTextResponse("ok\n")


async def metrics(_request: Request) -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def public_schema(generation: Generation | None, settings: Settings) -> Response:
    """The public schema, where introspection is offered."""
    if generation is None:
        return PlainTextResponse("starting\n", 503)
    if not settings.introspection:
        return PlainTextResponse("The schema is not offered here (setting: introspection).\n", 403)
    return PlainTextResponse(generation.supergraph.api_sdl, media_type="text/plain; charset=utf-8")
