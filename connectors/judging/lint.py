"""The first stage: the manifest by itself, and against its description. Sends nothing."""

from __future__ import annotations

from dataclasses import replace

from connectors.judging.codes import CAUSES
from connectors.judging.counting import count
from connectors.judging.describing import description_findings
from connectors.judging.model import Draft, Judgement
from connectors.judging.opened import open_draft
from connectors.judging.rules import RULES
from connectors.judging.rules.case import Case
from connectors.manifest.findings import Finding

_ORDER = {"error": 0, "warning": 1, "info": 2}
MOST_FINDINGS = 1_000


def lint(draft: Draft) -> Judgement:
    """Findings of the manifest and of its description, errors first, then by file and line."""
    opened = open_draft(draft)
    found = list(opened.findings)
    if opened.manifest is None:
        return Judgement("lint", _sorted(found))
    found += opened.manifest.unacted
    if opened.backend is not None:
        found += description_findings(opened.backend)
    case = Case(opened.manifest, opened.backend, opened.connector)
    for rule in RULES:
        found.extend(rule(case))
    return Judgement("lint", _sorted(found), count(case))


def _sorted(found: list[Finding]) -> tuple[Finding, ...]:
    """Bounded: whoever mends a thousand asks again. What brings no fix of its own gets that of its code."""
    once = dict.fromkeys(each if each.fix else _with_fix(each) for each in found)
    ordered = sorted(once, key=lambda each: (_ORDER[each.severity], each.file, each.line, each.column))
    return tuple(ordered[:MOST_FINDINGS])


def _with_fix(finding: Finding) -> Finding:
    cause = CAUSES.get(finding.code)
    return finding if cause is None else replace(finding, fix=cause.fix)
