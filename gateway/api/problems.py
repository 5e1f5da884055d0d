"""What goes wrong, in plain words: RFC 9457 problem details for programs. The pages use the same words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.responses import Response

from connectors.manifest import Finding, ManifestRejected
from connectors.revisions import MoveRefused, UnknownConnector
from gateway.docking.actors import NotAllowed
from gateway.docking.dock import ObjectionsFound
from tongban.errors import ErrorCode, TongbanError

MEDIA_TYPE = "application/problem+json"
_FINDING = ("code", "severity", "file", "line", "column", "message", "fix")


@dataclass(frozen=True, slots=True)
class Problem:
    """``detail`` is a sentence for whoever asked; ``findings`` say where to mend."""

    status: int
    title: str
    detail: str
    findings: tuple[Finding, ...] = ()


EXPECTED = (MoveRefused, ManifestRejected, TongbanError)
"""What ``problem_of`` knows."""


def problem_of(error: Exception) -> Problem:
    """``error`` is one of ``EXPECTED``."""
    if isinstance(error, UnknownConnector):
        return Problem(404, "No such connector", str(error))
    if isinstance(error, NotAllowed):
        return Problem(403, "Not yours to do", str(error))
    if isinstance(error, ObjectionsFound):
        found = tuple(each for result in error.results for each in result.findings)
        return Problem(409, "A stage objects", str(error), found)
    if isinstance(error, ManifestRejected):
        return Problem(422, "The manifest cannot be used", "See the findings.", error.findings)
    if isinstance(error, TongbanError):
        return Problem(error.status, _title(error.code), error.message)
    return Problem(409, "Not now", str(error))


def problem_response(problem: Problem) -> Response:
    body = {
        "type": "about:blank",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "findings": findings_json(problem.findings),
    }
    headers = {"Cache-Control": "no-store"}
    if problem.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(orjson.dumps(body), problem.status, headers, MEDIA_TYPE)


def findings_json(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    return [{name: getattr(each, name) for name in _FINDING} for each in findings]


def _title(code: ErrorCode) -> str:
    return code.value.replace("_", " ").capitalize()
