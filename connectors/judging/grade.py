"""How good a connector is, by rules anybody can check: bronze, silver, gold, platinum, each on top of the one below."""

from __future__ import annotations

from connectors.judging.grade_rules import RULES, Graded
from connectors.judging.lint import lint
from connectors.judging.model import LEVELS, Draft, Evidence, Grade, Level, Unmet
from connectors.judging.opened import open_draft


def grade(draft: Draft, evidence: Evidence | None = None) -> Grade:
    """Without ``evidence`` no connector is platinum."""
    opened = open_draft(draft)
    if opened.manifest is None or opened.connector is None:
        message = "it does not load: its manifest or its description has errors"
        return Grade("none", (Unmet("grade.loads", "bronze", message, "tongban connector lint names them"),))
    graded = Graded(opened.manifest, opened.connector, lint(draft).findings, evidence)
    unmet = tuple(
        Unmet(rule.code, rule.level, message, rule.fix)
        for rule in RULES
        for message in (rule.lacks(graded),)
        if message
    )
    return Grade(_reached(unmet), unmet)


def _reached(unmet: tuple[Unmet, ...]) -> Level:
    """The highest level below the first that lacks something."""
    reached: Level = "none"
    for level in LEVELS[1:]:
        if any(each.level == level for each in unmet):
            break
        reached = level
    return reached
