"""The envelope's conditions, held against the described answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from connectors.backend import Described
from connectors.judging.rules.case import Case
from connectors.manifest.findings import Finding, Severity, did_you_mean
from connectors.manifest.reading import Place

_ADDED = frozenset({"body", "status", "headers", "fault"})
"""What the envelope's view has besides the answer's own names."""
_OPEN = frozenset(
    {
        "comparator",
        "and_expression",
        "or_expression",
        "not_expression",
        "function_expression",
        "multi_select_list",
    }
)
"""Nodes of an expression whose parts are all read from the same place."""
_DEEPEST = 6


def _written(case: Case) -> Iterator[tuple[str, Place]]:
    envelope = case.manifest.envelope
    if envelope.success is not None:
        yield envelope.success, ("envelope", "success")
    for index, rule in enumerate(envelope.errors):
        yield rule.when, ("envelope", "errors", index, "when")


def raises(case: Case) -> Iterator[Finding]:
    """A function gets a value of another type than it takes, by the description: it is false for ever."""
    for text, place in _written(case):
        parsed = _parsed(text)
        if parsed is None or _names(parsed) & {"fault", "headers"}:
            continue
        failed = [_failure(text, described) for described in case.answers if described.shape == "object"]
        if failed and all(failed):
            message = f"'{text}' fails on the described answers and counts as false: {failed[0]}"
            fix = "to_string(…) or to_number(…) around the value"
            yield case.say("condition.type", "warning", place, message, fix)


def undescribed(case: Case) -> Iterator[Finding]:
    """A name that stands in no described answer. Without ``success`` the rules judge answers of errors, which descriptions
    leave out."""
    answers = [described for described in case.answers if described.shape == "object" and described.fields]
    success = case.manifest.envelope.success
    if not answers or len(answers) != len(case.answers) or success is None:
        return
    known = {name for described in answers for name in described.fields} | _ADDED
    for text, place in _written(case):
        parsed = _parsed(text)
        for name in sorted((_names(parsed) if parsed is not None else set()) - known):
            message = f"'{text}' asks for '{name}', which no described answer has"
            fix = did_you_mean(name, known) or "a name of the answer"
            severity: Severity = "warning" if text == success else "info"
            yield case.say("condition.undescribed", severity, place, message, fix)


def never_reached(case: Case) -> Iterator[Finding]:
    """The first rule that holds wins."""
    seen: set[str] = set()
    for index, rule in enumerate(case.manifest.envelope.errors):
        place = ("envelope", "errors", index)
        if "true" in seen or rule.when in seen:
            message = f"an earlier rule holds wherever '{rule.when}' does"
            yield case.say("envelope.unreachable", "warning", place, message, "move it up, or delete it")
        seen.add(rule.when.strip())


def nothing_to_show(case: Case) -> Iterator[Finding]:
    envelope = case.manifest.envelope
    for index, rule in enumerate(envelope.errors):
        if rule.show and rule.words is None and envelope.message is None:
            place = ("envelope", "errors", index)
            message = "the department's words are to be shown, and nothing says where they stand"
            yield case.say("envelope.message", "warning", place, message, "envelope: {message: <path>}")


def _parsed(text: str) -> Any:
    try:
        return jmespath.compile(text).parsed if text.strip() != "true" else None
    except (JMESPathError, ValueError, IndexError, RecursionError):
        return None


def _names(node: Any) -> set[str]:
    """The names that an expression reads from the top of the answer."""
    found: set[str] = set()
    waiting = [node]
    while waiting:
        at = waiting.pop()
        if at["type"] == "field":
            found.add(at["value"])
        elif at["type"] in _OPEN:
            waiting.extend(at["children"])
        elif at["children"]:
            waiting.append(at["children"][0])
    return found


def _failure(text: str, described: Described) -> str:
    sample = _sample(described, 0)
    view = {**sample, "body": sample, "status": 200, "headers": {}, "fault": None}
    try:
        jmespath.compile(text).search(view)
    except JMESPathError as error:
        return type(error).__name__
    except (TypeError, ValueError, AttributeError, RecursionError) as error:
        return type(error).__name__
    return ""


def _sample(described: Described, depth: int) -> Any:
    """Some value of the described shape."""
    if described.shape == "object":
        if depth > _DEEPEST:
            return {}
        return {name: _sample(inner, depth + 1) for name, inner in described.fields.items()}
    if described.shape == "list":
        item = described.item
        return [] if item is None or depth > _DEEPEST else [_sample(item, depth + 1)]
    return {"string": "0", "integer": 0, "number": 0.5, "boolean": True}.get(described.shape)
