"""What a GraphQL request says, whatever transport brought it: its parameters, and the few headers that mean something.

Source: GraphQL over HTTP specification (graphql.github.io/graphql-over-http), draft of 2025; sections cited at the lines.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.types import Scope

from gateway.transports.accept import JSON
from tongban.caller import Client
from tongban.errors import CallerFault, ErrorCode
from tongban.ids import new_id
from tongban.settings import Settings


def headers_of(scope: Scope) -> dict[str, str]:
    """A field that comes twice is one, joined by a comma (RFC 9110 §5.3): two tokens are no token, whoever reads first."""
    found: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def request_id_of(headers: Mapping[str, str]) -> str:
    """The client's own if it is plain and could not be a number of a person: it stands in logs and in the audit."""
    given = headers.get("x-request-id", "")
    plain = 8 <= len(given) <= 64 and given.isascii() and given.replace("-", "").isalnum()
    return given if plain and not _PERSONAL.search(given) else new_id()


_PERSONAL = re.compile(r"(?<!\d)(\d{11}|\d{17}[\dXx])(?!\d)")
"""A mobile number or a citizen number."""


def client_of(headers: Mapping[str, str]) -> Client:
    return Client(name=_client(headers, "name"), version=_client(headers, "version"))


def _client(headers: Mapping[str, str], what: str) -> str:
    """Name or version of the client program: short printable ASCII, else nothing."""
    value = headers.get(f"apollographql-client-{what}") or headers.get(f"graphql-client-{what}") or ""
    return value if len(value) <= 64 and value.isascii() and value.isprintable() else ""


def require_json(content_type: str | None) -> None:
    """POST bodies are JSON in UTF-8 (§5.4); anything else is 415, multipart uploads included."""
    media_type, *parameters = (piece.strip().lower() for piece in (content_type or "").split(";"))
    if media_type != JSON or any(
        p.startswith("charset=") and p not in ("charset=utf-8", 'charset="utf-8"') for p in parameters
    ):
        raise CallerFault(ErrorCode.UNSUPPORTED_MEDIA_TYPE)


def decoded(body: bytes | str, max_depth: int) -> dict[str, Any]:
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
    check_depth(decoded, max_depth)
    return decoded


def check_depth(value: Any, left: int) -> None:
    if left < 0:
        raise CallerFault(ErrorCode.MALFORMED_REQUEST, "The JSON nests too deep.")
    if isinstance(value, dict):
        for child in value.values():
            check_depth(child, left - 1)
    elif isinstance(value, list):
        for child in value:
            check_depth(child, left - 1)


def query_parameters(query_string: bytes, settings: Settings) -> dict[str, Any]:
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
            check_depth(parameters[name], settings.max_json_depth)
        else:
            parameters.pop(name, None)
    return parameters


def text_of(parameters: Mapping[str, Any], name: str) -> str | None:
    value = parameters.get(name)
    if value is not None and not isinstance(value, str):
        raise CallerFault(ErrorCode.MALFORMED_REQUEST, f"{name} must be a string.")
    return value


def mapping_of(parameters: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = parameters.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise CallerFault(ErrorCode.MALFORMED_REQUEST, f"{name} must be an object.")
    return value


def document_id_of(parameters: Mapping[str, Any]) -> str | None:
    """``documentId``, or the SHA-256 under ``extensions.persistedQuery``."""
    persisted = mapping_of(parameters, "extensions").get("persistedQuery")
    if isinstance(persisted, dict) and isinstance(persisted.get("sha256Hash"), str):
        return str(persisted["sha256Hash"])
    return text_of(parameters, "documentId")


_TRACEPARENT = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


def traceparent_of(headers: Mapping[str, str]) -> str | None:
    """W3C Trace Context §3.2; anything else starts a trace of its own."""
    given = headers.get("traceparent", "")
    return given if _TRACEPARENT.fullmatch(given) else None


def idempotency_key_of(headers: Mapping[str, str]) -> str | None:
    key = headers.get("idempotency-key")
    if key is None:
        return None
    if not (1 <= len(key) <= 128 and key.isascii() and key.isprintable()):
        raise CallerFault(
            ErrorCode.MALFORMED_REQUEST, "Idempotency-Key must be 1 to 128 printable ASCII characters."
        )
    return key
