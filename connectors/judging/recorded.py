"""What a recorded answer means by an envelope."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.backend import Answer
from connectors.manifest.model import RecordedAnswer
from connectors.mapping.envelope import Judge, Verdict


def verdict_of(judge: Judge, recorded: RecordedAnswer) -> Verdict:
    """A SOAP fault is recorded as ``{fault: …}``, GraphQL errors as a whole answer with ``errors``."""
    body = recorded.body
    headers = {name.lower(): text for name, text in recorded.headers.items()}
    return judge.judge(Answer(recorded.status, headers, body, _fault(body)))


def _fault(body: Any) -> Mapping[str, Any] | None:
    if not isinstance(body, dict):
        return None
    if set(body) == {"fault"} and isinstance(body["fault"], dict):
        return body["fault"]
    errors = body.get("errors")
    if body.keys() <= {"data", "errors", "extensions"} and isinstance(errors, list) and errors:
        first = errors[0] if isinstance(errors[0], dict) else {}
        extensions = first.get("extensions")
        code = extensions.get("code", "") if isinstance(extensions, dict) else ""
        return {"errors": errors, "code": str(code), "message": str(first.get("message", ""))}
    return None
