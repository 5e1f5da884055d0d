"""What an outcome that a manifest names, and a status that no rule speaks of, are called in the graph.

Must never: decide anything; ``mapping/envelope.py`` and ``graphql_http/failing.py`` judge, these are their words.
"""

from __future__ import annotations

from collections.abc import Mapping

from connectors.backend import BackendHeld, BackendTimeout, BackendUnreachable, BackendUnusable, ValueUnusable
from connectors.manifest.model import Outcome
from tongban.errors import ErrorCode

CODES: Mapping[Outcome, ErrorCode] = {
    "NOT_FOUND": ErrorCode.NOT_FOUND,
    "INVALID_INPUT": ErrorCode.BAD_USER_INPUT,
    "FORBIDDEN": ErrorCode.FORBIDDEN,
    "CONFLICT": ErrorCode.CONFLICT,
    "RATE_LIMITED": ErrorCode.RATE_LIMITED,
    "BACKEND_AUTH": ErrorCode.BACKEND_AUTH,
    "BACKEND_TIMEOUT": ErrorCode.DEPARTMENT_TIMEOUT,
    "MAINTENANCE": ErrorCode.DEPARTMENT_MAINTENANCE,
    "BACKEND_ERROR": ErrorCode.DEPARTMENT_ERROR,
}
"""The outcomes of docs/manifest.md as codes of the graph."""

BY_STATUS: Mapping[int, ErrorCode] = {
    401: ErrorCode.BACKEND_AUTH,
    429: ErrorCode.RATE_LIMITED,
    503: ErrorCode.DEPARTMENT_UNAVAILABLE,
    504: ErrorCode.DEPARTMENT_TIMEOUT,
}
"""What a failure's HTTP status means when no rule speaks of it; any other is DEPARTMENT_ERROR."""

MAX_SHOWN = 200
"""How much of a department's words may be shown, in characters."""


def of_failure(error: BackendUnreachable) -> ErrorCode:
    """The code of a call without an answer."""
    if isinstance(error, BackendTimeout):
        return ErrorCode.DEPARTMENT_TIMEOUT
    if isinstance(error, BackendHeld) and error.by == "rate":
        return ErrorCode.RATE_LIMITED
    if isinstance(error, ValueUnusable):
        return ErrorCode.BAD_USER_INPUT
    if isinstance(error, BackendUnusable):
        return ErrorCode.DEPARTMENT_ERROR
    return ErrorCode.DEPARTMENT_UNAVAILABLE


def retry_after_of(error: BackendUnreachable) -> float | None:
    """Seconds, where we know ourselves when asking again makes sense."""
    return error.retry_after_s if isinstance(error, BackendHeld) else None
