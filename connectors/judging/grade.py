"""How good a connector is, by rules anybody can check."""

from __future__ import annotations

from connectors.judging.lint import lint
from connectors.judging.model import Draft, Evidence, Grade, Unmet


def grade(draft: Draft, evidence: Evidence | None = None) -> Grade:
    """Without ``evidence`` no connector is platinum."""
    if lint(draft).passed:
        return Grade("none")
    unmet = Unmet("grade.loads", "bronze", "the manifest has errors", "tongban connector lint names them")
    return Grade("none", (unmet,))
