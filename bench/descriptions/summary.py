"""Sums over scores, and the goals that they are held against."""

from __future__ import annotations

from typing import Any

from bench.descriptions.answering import Answers
from bench.descriptions.scoring import Score

GOALS = {"loaded": 1.0, "exposed": 0.98, "typed": 0.95}
ANSWERED = 0.9
"""Of callable GETs, and of SOAP operations."""
MAX_SECONDS, MAX_MIB = 2.0, 300


def totals(scores: list[Score]) -> dict[str, Any]:
    """Sums, and the shares that the goals speak of."""
    operations = sum(each.operations for each in scores)
    exposed, described = sum(each.exposed for each in scores), sum(each.described for each in scores)
    typed, loaded = sum(each.typed for each in scores), sum(each.loaded for each in scores)
    return {
        "documents_read": len(scores),
        "loaded": loaded / len(scores) if scores else 0.0,
        "operations": operations,
        "exposed": exposed / operations if operations else 0.0,
        "lost": operations - exposed,
        "described": described,
        "typed": typed / described if described else 0.0,
        "bare": sum(each.bare for each in scores),
    }


def totals_of_answers(found: list[Answers]) -> dict[str, Any]:
    """``of_callable``: the plain share; ``answered``: of those that the mock had something to answer, by itself unfailing."""
    asked, given = sum(each.callable for each in found), sum(each.answered for each in found)
    nothing, mock = (sum(each.put_down_to(cause) for each in found) for cause in ("nothing", "mock"))
    answerable = asked - nothing - mock
    return {
        "callable": asked,
        "given": given,
        "of_callable": given / asked if asked else 0.0,
        "nothing_described": nothing,
        "faults_of_mock": mock,
        "answerable": answerable,
        "answered": given / answerable if answerable else 0.0,
        "unfit": sum(each.unfit for each in found),
    }


def met(summary: dict[str, Any]) -> bool:
    """Whether every goal is reached."""
    largest = summary.get("largest", {"seconds": 0.0, "mib": 0.0})
    shares = not summary["documents_read"] or all(summary[name] >= goal for name, goal in GOALS.items())
    soap = summary["wsdl"]
    whole = not soap["documents_read"] or soap["loaded"] == soap["exposed"] == 1.0
    answers = all(
        not each["answerable"] or each["answered"] >= ANSWERED for each in summary.get("answers", {}).values()
    )
    return shares and whole and answers and largest["seconds"] < MAX_SECONDS and largest["mib"] < MAX_MIB
