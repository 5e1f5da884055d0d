"""The HTTP face of /graphql: GraphQL over HTTP, as a bare ASGI application. It reads, negotiates and writes; it decides nothing else.

Source: GraphQL over HTTP specification (graphql.github.io/graphql-over-http), draft of 2025; sections cited at the lines.
"""

from __future__ import annotations

import asyncio
import gzip
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.types import Receive, Scope, Send

from gateway.types import Arrived, Response
from tongban.caller import Client
from tongban.clock import Clock
from tongban.errors import CallerFault, ErrorCode, TongbanError
from tongban.ids import new_id
from tongban.settings import Settings

GRAPHQL_RESPONSE = "application/graphql-response+json"
JSON = "application/json"
GZIP_FROM_BYTES = 1_024
GZIP_ASIDE_FROM_BYTES = 128 * 1024
"""From here on in a thread: the loop has others to serve."""

Answer = Callable[[Arrived], Awaitable[Response]]
Refuse = Callable[[str, TongbanError], Response]


class GraphQLEndpoint:
    """``answer`` is the pipeline; ``refuse`` words an error that came before it."""

    def __init__(
        self,
        answer: Answer,
        refuse: Refuse,
        settings: Settings,
        clock: Clock,
        forward_headers: frozenset[str] = frozenset(),
    ) -> None:
        """``forward_headers``: names, in lower case, of headers that go on to backends."""
        self._forward_headers = forward_headers
        self._answer = answer
        self._refuse = refuse
        self._settings = settings
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = _headers(scope)
        request_id = _request_id(headers)
        media_type = GRAPHQL_RESPONSE
        try:
            media_type = _negotiate(headers.get("accept"))
            arrived = await self._arrived(scope, receive, headers, request_id)
            response = await self._answer(arrived)
        except TongbanError as error:
            response = self._refuse(request_id, error)
        await _write(send, response, media_type, headers, request_id)

    async def _arrived(
        self, scope: Scope, receive: Receive, headers: Mapping[str, str], request_id: str
    ) -> Arrived:
        received_s = self._clock.monotonic_s()
        method = scope["method"]
        if method == "POST":
            _require_json(headers.get("content-type"))
            body = await self._body(receive, headers)
            parameters = _decoded(body, self._settings.max_json_depth)
        elif method == "GET":
            parameters = _query_parameters(scope["query_string"], self._settings)
        else:
            raise CallerFault(ErrorCode.METHOD_NOT_ALLOWED)
        return Arrived(
            request_id=request_id,
            received_s=received_s,
            deadline_s=received_s + self._settings.request_deadline_s,
            document=_text(parameters, "query"),
            document_id=scope.get("path_params", {}).get("document_id") or _document_id(parameters),
            operation_name=_text(parameters, "operationName") or None,
            variables=_mapping(parameters, "variables"),
            authorization=headers.get("authorization"),
            client=Client(name=_client(headers, "name"), version=_client(headers, "version")),
            idempotency_key=_idempotency_key(headers),
            traceparent=_traceparent(headers),
            read_only=method == "GET",
            forwarded={name: headers[name] for name in self._forward_headers if name in headers},
        )

    async def _body(self, receive: Receive, headers: Mapping[str, str]) -> bytes:
        """At most ``max_body_bytes``, within the request's deadline; compressed requests are refused, never inflated."""
        limit = self._settings.max_body_bytes
        if headers.get("content-encoding", "").lower() not in ("", "identity"):
            raise CallerFault(ErrorCode.UNSUPPORTED_MEDIA_TYPE, "Send the request without compression.")
        if headers.get("content-length", "0").isdigit() and int(headers.get("content-length", "0")) > limit:
            raise CallerFault(ErrorCode.REQUEST_TOO_LARGE, f"The body is larger than {limit} bytes.")
        chunks: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(self._settings.request_deadline_s):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise CallerFault(ErrorCode.MALFORMED_REQUEST, "The body ended early.")
                    chunks.append(message.get("body", b""))
                    size += len(chunks[-1])
                    if size > limit:
                        raise CallerFault(
                            ErrorCode.REQUEST_TOO_LARGE, f"The body is larger than {limit} bytes."
                        )
                    if not message.get("more_body", False):
                        return b"".join(chunks)
        except TimeoutError:
            raise CallerFault(ErrorCode.MALFORMED_REQUEST, "The body did not arrive in time.") from None


def _headers(scope: Scope) -> dict[str, str]:
    """A field that comes twice is one, joined by a comma (RFC 9110 §5.3): two tokens are no token, whoever reads first."""
    found: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def _request_id(headers: Mapping[str, str]) -> str:
    """The client's own if it is plain and could not be a number of a person: it stands in logs and in the audit."""
    given = headers.get("x-request-id", "")
    plain = 8 <= len(given) <= 64 and given.isascii() and given.replace("-", "").isalnum()
    return given if plain and not _PERSONAL.search(given) else new_id()


_PERSONAL = re.compile(r"(?<!\d)(\d{11}|\d{17}[\dXx])(?!\d)")
"""A mobile number or a citizen number."""


def _negotiate(accept: str | None) -> str:
    """Accept header → media type (§6.1 'Media Types'); absent or a wildcard: the older type, as clients without one expect."""
    if accept is None:
        return JSON
    best, best_quality = "", 0.0
    for part in accept.split(","):
        media_type, *parameters = (piece.strip() for piece in part.split(";"))
        offered = {GRAPHQL_RESPONSE: GRAPHQL_RESPONSE, JSON: JSON, "*/*": JSON, "application/*": JSON}.get(
            media_type.lower()
        )
        if offered is None or any(
            p.lower().startswith("charset=") and p.lower() != "charset=utf-8" for p in parameters
        ):
            continue
        quality = next((_quality(p[2:]) for p in parameters if p.startswith("q=")), 1.0)
        if quality > best_quality:
            best, best_quality = offered, quality
    if not best:
        raise CallerFault(ErrorCode.NOT_ACCEPTABLE, f"Accept {GRAPHQL_RESPONSE} or {JSON}.")
    return best


def _quality(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.0


def _takes_gzip(accept_encoding: str) -> bool:
    """RFC 9110 §12.5.3: named, and not with a quality of nothing."""
    for part in accept_encoding.split(","):
        coding, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if coding == "gzip":
            return all(_quality(p[2:]) > 0 for p in parameters if p.startswith("q="))
    return False


def _require_json(content_type: str | None) -> None:
    """POST bodies are JSON in UTF-8 (§5.4); anything else is 415, multipart uploads included."""
    media_type, *parameters = (piece.strip().lower() for piece in (content_type or "").split(";"))
    if media_type != JSON or any(
        p.startswith("charset=") and p not in ("charset=utf-8", 'charset="utf-8"') for p in parameters
    ):
        raise CallerFault(ErrorCode.UNSUPPORTED_MEDIA_TYPE)


def _decoded(body: bytes, max_depth: int) -> dict[str, Any]:
    try:
        decoded = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise CallerFault(
            ErrorCode.MALFORMED_REQUEST, f"The body is not JSON (line {error.lineno}, column {error.colno})."
        ) from None
    if not isinstance(decoded, dict):
        raise CallerFault(
            ErrorCode.MALFORMED_REQUEST,
            'The body must be one JSON object such as {"query": "{ me { id } }"}; batches are off.',
        )
    _check_depth(decoded, max_depth)
    return decoded


def _check_depth(value: Any, left: int) -> None:
    if left < 0:
        raise CallerFault(ErrorCode.MALFORMED_REQUEST, "The JSON nests too deep.")
    if isinstance(value, dict):
        for child in value.values():
            _check_depth(child, left - 1)
    elif isinstance(value, list):
        for child in value:
            _check_depth(child, left - 1)


def _query_parameters(query_string: bytes, settings: Settings) -> dict[str, Any]:
    """§5.3: variables and extensions are JSON in the query string."""
    if len(query_string) > settings.max_document_bytes:
        raise CallerFault(ErrorCode.REQUEST_TOO_LARGE)
    try:
        pairs = dict(
            parse_qsl(
                query_string.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=20
            )
        )
    except (UnicodeDecodeError, ValueError):
        raise CallerFault(ErrorCode.MALFORMED_REQUEST, "The query string is not URL-encoded UTF-8.") from None
    parameters: dict[str, Any] = dict(pairs)
    for name in ("variables", "extensions"):
        if parameters.get(name):
            try:
                parameters[name] = orjson.loads(parameters[name])
            except orjson.JSONDecodeError:
                raise CallerFault(ErrorCode.MALFORMED_REQUEST, f"{name} is not JSON.") from None
            _check_depth(parameters[name], settings.max_json_depth)
        else:
            parameters.pop(name, None)
    return parameters


def _text(parameters: Mapping[str, Any], name: str) -> str | None:
    value = parameters.get(name)
    if value is not None and not isinstance(value, str):
        raise CallerFault(ErrorCode.MALFORMED_REQUEST, f"{name} must be a string.")
    return value


def _mapping(parameters: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = parameters.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise CallerFault(ErrorCode.MALFORMED_REQUEST, f"{name} must be an object.")
    return value


def _document_id(parameters: Mapping[str, Any]) -> str | None:
    """``documentId``, or the SHA-256 under ``extensions.persistedQuery``."""
    persisted = _mapping(parameters, "extensions").get("persistedQuery")
    if isinstance(persisted, dict) and isinstance(persisted.get("sha256Hash"), str):
        return str(persisted["sha256Hash"])
    return _text(parameters, "documentId")


def _client(headers: Mapping[str, str], what: str) -> str:
    """Name or version of the client program: short printable ASCII, else nothing."""
    value = headers.get(f"apollographql-client-{what}") or headers.get(f"graphql-client-{what}") or ""
    return value if len(value) <= 64 and value.isascii() and value.isprintable() else ""


_TRACEPARENT = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


def _traceparent(headers: Mapping[str, str]) -> str | None:
    """W3C Trace Context §3.2; anything else starts a trace of its own."""
    given = headers.get("traceparent", "")
    return given if _TRACEPARENT.fullmatch(given) else None


def _idempotency_key(headers: Mapping[str, str]) -> str | None:
    key = headers.get("idempotency-key")
    if key is None:
        return None
    if not (1 <= len(key) <= 128 and key.isascii() and key.isprintable()):
        raise CallerFault(
            ErrorCode.MALFORMED_REQUEST, "Idempotency-Key must be 1 to 128 printable ASCII characters."
        )
    return key


async def _write(
    send: Send, response: Response, media_type: str, request_headers: Mapping[str, str], request_id: str
) -> None:
    """Older clients (application/json) get 200 for what was well-formed (§6.4.1); the newer type says it in the status."""
    status = 200 if media_type == JSON and response.well_formed else response.status
    body = response.body
    headers = {
        "content-type": f"{media_type}; charset=utf-8",
        "cache-control": "no-store",
        "vary": "Accept, Accept-Encoding, Authorization",
        "x-request-id": request_id,
        "x-content-type-options": "nosniff",
        **response.headers,
    }
    if len(body) >= GZIP_FROM_BYTES and _takes_gzip(request_headers.get("accept-encoding", "")):
        if len(body) >= GZIP_ASIDE_FROM_BYTES:
            body = await asyncio.to_thread(gzip.compress, body, 4, mtime=0)
        else:
            body = gzip.compress(body, compresslevel=4, mtime=0)
        headers["content-encoding"] = "gzip"
    headers["content-length"] = str(len(body))
    encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": encoded})
    await send({"type": "http.response.body", "body": body})
