"""*respond*: data and errors become bytes. The last place where an error's words are chosen; details go to the log, never out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson
import structlog
from graphql import GraphQLError

from federation import ExecutionResult, ResponseError
from gateway.types import Executed, Response
from tongban.errors import ErrorCode, Fault, TokenRefused, TongbanError

log = structlog.get_logger("tongban.respond")


def respond(executed: Executed) -> Response:
    """GraphQL specification §7.1: ``errors`` first, so that a reader of the beginning sees them; ``data`` always."""
    result = executed.result
    request_id = executed.planned.authorized.prepared.identified.arrived.request_id
    if result.data is None and result.errors and result.errors[0].path is None and not result.fetches:
        body = {"errors": told(result.errors, request_id)}  # variables: nothing was executed
        return Response(result.errors[0].code.facts.status, orjson.dumps(body), refused=True)
    return Response(200, orjson.dumps(answer_of(result, request_id)))


def answer_of(result: ExecutionResult, request_id: str) -> dict[str, Any]:
    """One whole answer, or the answer to one event."""
    body: dict[str, Any] = {"errors": told(result.errors, request_id)} if result.errors else {}
    body["data"] = result.data
    return body


def refuse(request_id: str, error: TongbanError) -> Response:
    """A request that was not executed: no ``data`` entry (§7.1.1). A valid operation that nobody can answer has ``data`` null."""
    if error.detail:
        log.debug("refused", request_id=request_id, code=error.code.value, detail=error.detail)
    extensions = {**error.extensions, "requestId": request_id}
    found: list[GraphQLError] = getattr(error, "errors", [])
    errors = [
        {
            "message": each.message,
            "locations": [{"line": at.line, "column": at.column} for at in each.locations or ()],
            "extensions": extensions,
        }
        for each in found
    ] or [{"message": error.message, "extensions": extensions}]
    headers: dict[str, str] = {}
    if error.code is ErrorCode.UNAUTHENTICATED:
        reason = ', error="invalid_token"' if isinstance(error, TokenRefused) else ""
        headers["www-authenticate"] = f'Bearer realm="tongban"{reason}'
    if error.code is ErrorCode.METHOD_NOT_ALLOWED:
        headers["allow"] = "GET, POST"  # RFC 9110 §15.5.6
    if error.retry_after_s is not None:
        headers["retry-after"] = str(max(1, round(error.retry_after_s)))
    body: dict[str, Any] = {"errors": errors}
    status = error.status
    if error.code is ErrorCode.UNANSWERABLE:
        body["data"], status = None, 200  # GraphQL over HTTP, §6.4.2: there is a ``data`` entry
    return Response(
        status,
        orjson.dumps(body),
        headers,
        well_formed=error.code in _WELL_FORMED,
        refused="data" not in body,
    )


_WELL_FORMED = frozenset(
    {
        ErrorCode.GRAPHQL_PARSE_FAILED,
        ErrorCode.GRAPHQL_VALIDATION_FAILED,
        ErrorCode.OPERATION_RESOLUTION_FAILURE,
        ErrorCode.BAD_USER_INPUT,
        ErrorCode.PERSISTED_QUERY_NOT_FOUND,
        ErrorCode.UNANSWERABLE,
    }
)
"""Refusals that an ``application/json`` client gets with 200, as older clients expect."""


def told(errors: Iterable[ResponseError], request_id: str) -> list[dict[str, Any]]:
    """As they go out; their details go to the log, those of many places once."""
    entries = list(errors)
    for code, department, detail in dict.fromkeys((e.code, e.department, e.detail) for e in entries):
        if detail or (code.facts.fault is Fault.US and code is not ErrorCode.OVERLOADED):
            log.warning(
                "fetch failed", request_id=request_id, code=code.value, department=department, detail=detail
            )
    return [_told(entry, request_id) for entry in entries]


def _told(error: ResponseError, request_id: str) -> dict[str, Any]:
    found = error.to_json()
    extensions = found["extensions"]
    assert isinstance(extensions, dict)
    extensions["requestId"] = request_id
    return found
