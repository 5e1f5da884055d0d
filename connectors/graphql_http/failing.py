"""What a GraphQL backend's errors become: typed errors of a fetch, in our words unless the manifest shows
the department's.

Must never: let a department's message through unasked; it may hold anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from connectors.backend import BackendNotReached, BackendUnreachable, BackendUnusable
from connectors.expressions import compile_condition, compile_path
from connectors.graphql_http.posting import GraphqlAnswer
from connectors.manifest.model import Envelope, ErrorRule
from connectors.outcomes import BY_STATUS, CODES, MAX_SHOWN, of_failure, retry_after_of
from federation.subgraph import FetchError
from tongban.errors import ErrorCode

Json = Any

_CODES = {
    "UNAUTHENTICATED": ErrorCode.BACKEND_AUTH,
    "FORBIDDEN": ErrorCode.FORBIDDEN,
    "NOT_FOUND": ErrorCode.NOT_FOUND,
    "BAD_USER_INPUT": ErrorCode.BAD_USER_INPUT,
    "CONFLICT": ErrorCode.CONFLICT,
    "RATE_LIMITED": ErrorCode.RATE_LIMITED,
    "MAINTENANCE": ErrorCode.DEPARTMENT_MAINTENANCE,
}
_STATUSES = {**BY_STATUS, 403: ErrorCode.BACKEND_AUTH}
"""Over GraphQL a 403 is not the operation's answer: it refuses us, not the citizen."""
MAX_ERRORS = 100


@dataclass(frozen=True, slots=True)
class Judged:
    """One error of an answer. ``error`` None: it only says that there is nothing (null, no error)."""

    path: tuple[str | int, ...]
    error: FetchError | None


class Judge:
    """Judges the errors of one backend, one by one.

    A rule of the envelope sees ``code``, ``message``, ``extensions``, ``status``, ``headers`` and ``fault``
    (``{"errors": [this one]}``).
    """

    def __init__(self, department: str, envelope: Envelope | None = None) -> None:
        self._department = department
        rules = envelope.errors if envelope is not None else ()
        self._rules = [(compile_condition(rule.when), rule) for rule in rules]

    def judge(self, answer: GraphqlAnswer) -> list[Judged]:
        return [self._one(item, answer) for item in answer.errors[:MAX_ERRORS]]

    def _one(self, item: Mapping[str, Json], answer: GraphqlAnswer) -> Judged:
        path = client_path(item.get("path"))
        extensions = item.get("extensions")
        extensions = extensions if isinstance(extensions, dict) else {}
        code = str(extensions.get("code", ""))
        found = _CODES.get(code) or _STATUSES.get(answer.status, ErrorCode.DEPARTMENT_ERROR)
        is_null = found is ErrorCode.NOT_FOUND
        message: str | None = None
        body = {
            "code": code,
            "message": item.get("message"),
            "extensions": extensions,
            "status": answer.status,
            "headers": dict(answer.headers),
            "fault": {"errors": [dict(item)]},
        }
        for holds, rule in self._rules:
            # a rule for all the rest doesn't take back what a well-known code says
            if holds(body) and not (rule.when.strip() == "true" and code in _CODES):
                found = CODES[rule.outcome]
                is_null = rule.null_result
                message = _shown(item, body, rule) if rule.show else None
                break
        if is_null:
            return Judged(path, None)
        detail = f"upstream code {code[:40]!r}" if code else "an upstream error without code"
        return Judged(path, self.error(found, path, detail, message))

    def error(
        self, code: ErrorCode, path: tuple[str | int, ...] = (), detail: str = "", message: str | None = None
    ) -> FetchError:
        return FetchError(code, message or code.facts.en, path, self._department, detail=detail)

    def unreached(self, error: BackendUnreachable) -> FetchError:
        """There is no answer at all."""
        code = of_failure(error)
        if isinstance(error, BackendUnusable):
            code = _STATUSES.get(error.status, code)
        found = self.error(code, detail=str(error))
        not_sent = isinstance(error, BackendNotReached)
        return replace(found, not_sent=not_sent, retry_after_s=retry_after_of(error))


def _shown(item: Mapping[str, Json], body: Mapping[str, Json], rule: ErrorRule) -> str:
    words = item.get("message", "") if rule.words is None else compile_path(rule.words)(body)
    return str(words)[:MAX_SHOWN] if isinstance(words, str) else ""


def well_known(code: str) -> ErrorCode:
    """What a code of GraphQL servers means to the meter and to statuses."""
    return _CODES.get(code, ErrorCode.DEPARTMENT_ERROR)


def client_path(found: Json) -> tuple[str | int, ...]:
    """An error's path, whatever stands there."""
    if not isinstance(found, list):
        return ()
    return tuple(item for item in found[:50] if isinstance(item, str | int) and not isinstance(item, bool))
