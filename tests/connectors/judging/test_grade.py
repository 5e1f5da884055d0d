"""Grades: each rule's lack keeps a connector below its level and says what to do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.judging import Evidence, grade
from tests.connectors.judging.parks import MANIFEST, altered, draft

HELD = Evidence(days=90, p95_s=0.4, availability=0.9995, drift=0)
CACHE = "cache: {ttl: 60s, staleIfError: 1h, scope: citizen}"
GOLD = altered(
    "    call: {operation: getPark, params: {parkNo: $number}}",
    f"    call: {{operation: getPark, params: {{parkNo: $number}}}}\n    {CACHE}",
    altered("        items: list\n", f"        items: list\n        {CACHE}\n"),
)


def test_what_keeps_every_rule_is_gold_and_with_evidence_platinum() -> None:
    assert grade(draft(GOLD)).level == "gold"
    assert {each.rule for each in grade(draft(GOLD)).unmet} == {
        "grade.fast",
        "grade.available",
        "grade.drift",
    }
    assert grade(draft(GOLD), HELD).level == "platinum"
    assert grade(draft(GOLD), HELD).unmet == ()


@pytest.mark.parametrize(
    ("evidence", "rule"),
    [
        (replace(HELD, p95_s=1.5), "grade.fast"),
        (replace(HELD, availability=0.99), "grade.available"),
        (replace(HELD, drift=1), "grade.drift"),
        (replace(HELD, days=89), "grade.fast"),
    ],
)
def test_platinum_is_held_for_ninety_days(evidence: Evidence, rule: str) -> None:
    found = grade(draft(GOLD), evidence)
    assert found.level == "gold"
    assert rule in {each.rule for each in found.unmet}


@pytest.mark.parametrize(
    ("old", "new", "level", "rule"),
    [
        ("operation: getPark, params", "operation: getParc, params", "none", "grade.loads"),
        ("  health: {get: /health, expect: \"status == 'UP'\"}\n", "", "none", "grade.health"),
        ("run: 'mutation { bookTour(parkNumber: \"P1\") { number } }'\n", "run: '{ me { parkTours { guide } } }'\n", "none", "grade.tests"),
        ("status: 401, body: {code: \"9401\"", "status: 200, body: {code: \"9401\"", "bronze", "grade.bad-credential"),
        (f"    {CACHE}\nmutation", "mutation", "bronze", "grade.stale"),
        ("{zh: 导游, en: The guide}", "{zh: 导游}", "silver", "grade.words"),
        ("classification: L3, description: {zh: 导游", "description: {zh: 导游", "silver", "grade.classes"),
        ("{sandbox: \"http", "{production: \"http", "silver", "grade.sandbox"),
        ("    returns: Park\n", "    returns: \"[Park!]\"\n", "silver", "grade.pages"),
    ],
)  # fmt: skip
def test_one_lack_keeps_it_below(old: str, new: str, level: str, rule: str) -> None:
    text = GOLD
    if rule == "grade.tests":
        text = "\n".join(line for line in GOLD.splitlines() if "takes a tour" not in line) + "\n"
    found = grade(draft(altered(old, new, text)), HELD)
    lacks = [each for each in found.unmet if each.rule == rule]
    assert len(lacks) == 1
    assert found.level == level
    assert lacks[0].message
    assert lacks[0].fix


def test_what_does_not_load_has_no_grade() -> None:
    found = grade(draft("a: ["))
    assert (found.level, [each.rule for each in found.unmet]) == ("none", ["grade.loads"])


def test_the_manifest_alone_lacks_only_what_is_shown_when_it_fails() -> None:
    assert {each.rule for each in grade(draft(MANIFEST), HELD).unmet} == {"grade.stale"}
