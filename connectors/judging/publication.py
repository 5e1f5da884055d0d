"""What lint lets pass in a draft and publication does not: an operation without its duties (职能清单、责任清单)."""

from __future__ import annotations

from dataclasses import replace

from connectors.judging.model import Judgement

REFUSED = frozenset({"duty.owner", "duty.basis", "duty.unit", "duty.time", "duty.legal"})
REFUSED_BY_REVIEW = frozenset({"duty.unfilled"})
"""What `tongban connector init` left for a person: where nobody reviews, it may be tried as it stands."""


def as_published(linted: Judgement, *, reviewed: bool) -> Judgement:
    """``linted`` with these as errors. ``reviewed``: the route asks people for their word."""
    refused = REFUSED | REFUSED_BY_REVIEW if reviewed else REFUSED
    findings = tuple(
        replace(found, severity="error") if found.code in refused else found for found in linted.findings
    )
    ordered = sorted(findings, key=lambda found: found.severity != "error")
    return replace(linted, findings=tuple(ordered))
