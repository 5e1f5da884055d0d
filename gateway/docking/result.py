"""What a stage found, as it is kept with the revision and shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.judging import Judgement
from connectors.manifest import Finding

MOST_KEPT = 200
"""Findings of a stage that are kept with the revision; errors come first."""


@dataclass(frozen=True, slots=True)
class Result:
    """``more`` is JSON beside the findings (of impact: the changes and whom they hit)."""

    stage: str
    findings: tuple[Finding, ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, judgement: Judgement) -> Result:
        return cls(judgement.stage, judgement.findings)

    @property
    def passed(self) -> bool:
        """No finding is an error."""
        return not any(finding.severity == "error" for finding in self.findings)

    def to_json(self) -> dict[str, Any]:
        names = ("code", "severity", "file", "line", "column", "message", "fix")
        kept = sorted(self.findings, key=lambda found: found.severity != "error")[:MOST_KEPT]
        return {
            "stage": self.stage,
            "passed": self.passed,
            "findings": [{name: getattr(found, name) for name in names} for found in kept],
            **self.more,
        }
