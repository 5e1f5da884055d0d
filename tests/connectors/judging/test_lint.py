"""Lint: each rule says what is wrong, where, and what to do; a department that keeps them all hears nothing."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest

from connectors.judging import Draft, OperationCounts, lint
from connectors.judging.opened import open_draft
from gateway.connector_files import read_connector
from tests.connectors.judging.parks import MANIFEST, OPENAPI, altered, draft
from tests.connectors.judging.worse import WORSE

DEMO = sorted((Path(__file__).parents[3] / "demo" / "connectors").glob("*.connector.yaml"))


def test_a_department_that_keeps_every_rule_hears_nothing() -> None:
    assert lint(draft()).findings == ()
    assert lint(draft()).operations == OperationCounts(described=4, exposed=4, typed=4)


@pytest.mark.parametrize(
    ("code", "severity", "passage", "old", "new"), WORSE, ids=[each[0] for each in WORSE]
)
def test_what_is_worse_is_told_with_place_and_fix(
    code: str, severity: str, passage: str, old: str, new: str
) -> None:
    text = altered(old, new)
    if code == "auth.missing":
        text = altered("  classification: L1\n  legalBasis", "  classification: L2\n  legalBasis", text)
    found = [each for each in lint(draft(text)).findings if each.code == code]
    assert [each.severity for each in found] == [severity] * len(found)
    assert len(found) >= 1
    lines = text.splitlines()
    assert any(passage in lines[each.line - 1] for each in found), [
        (e.line, lines[e.line - 1]) for e in found
    ]
    assert all(each.fix for each in found)


@pytest.mark.parametrize(
    ("right", "wrong", "near"),
    [("getPark, params", "getParc, params", "getPark"), ("from: area,", "from: aera,", "area")],
)
def test_a_misspelt_name_is_answered_with_the_near_one(right: str, wrong: str, near: str) -> None:
    text = altered(right, wrong)
    fixes = [each.fix for each in lint(draft(text)).findings if each.severity == "error"]
    assert any(f"did you mean '{near}'?" in fix for fix in fixes)


def test_findings_of_the_description_stand_at_its_own_place() -> None:
    openapi = copy.deepcopy(OPENAPI)
    schema = openapi["paths"]["/tours"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    schema["properties"]["data"] = {"$ref": "#/components/schemas/Nowhere"}
    found = [each for each in lint(draft(openapi=openapi)).findings if each.code == "ref.dangling"]
    assert [each.file for each in found] == ["parks/openapi.json"]


def test_an_answer_that_nobody_describes_is_not_typed() -> None:
    openapi = copy.deepcopy(OPENAPI)
    openapi["paths"]["/parks/{parkNo}"]["get"]["responses"] = {"200": {"description": "ok"}}
    judgement = lint(draft(openapi=openapi))
    assert judgement.operations == OperationCounts(described=4, exposed=4, typed=3)
    assert [each.severity for each in judgement.findings if each.code == "operation.untyped"] == ["info"]


def test_unused_operations_are_one_finding_however_many() -> None:
    openapi = copy.deepcopy(OPENAPI)
    for number in range(300):
        openapi["paths"][f"/more/{number}"] = {"get": {"operationId": f"more{number}", "responses": {}}}
    found = [each for each in lint(draft(openapi=openapi)).findings if each.code == "operation.unused"]
    assert len(found) == 1
    assert "300 of 304" in found[0].message


@pytest.mark.parametrize("text", ["", "a: [", "kind: Connector", "- 1", "x" * 2_000_000, "[" * 100_000])
def test_what_is_no_manifest_is_a_finding_and_no_exception(text: str) -> None:
    judgement = lint(Draft(text, {}, file="x.yaml"))
    assert not judgement.passed
    assert judgement.operations is None


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"[" * 100_000, b"{}", b"<html></html>"])
def test_what_is_no_description_is_a_finding_and_no_exception(content: bytes) -> None:
    judgement = lint(Draft(MANIFEST, {"parks/openapi.json": content}, file="x.yaml"))
    assert not judgement.passed


def test_errors_come_first_then_by_line() -> None:
    text = altered("run: '{ me { parkTours { number guide } } }'", "run: '{'")
    text = altered("  responsibleUnit: 公园管理科\n", "", text)
    found = lint(draft(text)).findings
    assert [each.code for each in found] == ["test.syntax", "duty.unit"]


@pytest.mark.parametrize("path", DEMO, ids=lambda path: path.name.partition(".")[0])
def test_the_reference_province_lints_without_errors(path: Path) -> None:
    text, files = read_connector(path)
    judgement = lint(Draft(text, files, file=path.name))
    assert [str(each) for each in judgement.findings if each.severity == "error"] == []
    assert judgement.operations is not None
    assert judgement.operations.exposed == judgement.operations.typed


def test_a_description_tells_what_it_lost_to_whoever_opens_it() -> None:
    openapi = copy.deepcopy(OPENAPI)
    openapi["paths"]["/tours"]["get"]["requestBody"] = {"$ref": "#/components/requestBodies/Nowhere"}
    judged = draft(openapi=openapi)
    opened = open_draft(judged)
    assert opened.connector is not None
    told = [each for each in opened.connector.findings if each.code == "ref.dangling"]
    assert [(each.severity, each.file) for each in told] == [("warning", "parks/openapi.json")]
    assert [each for each in lint(judged).findings if each.code == "ref.dangling"] == told


def test_a_member_of_a_union_is_used() -> None:
    tour = '        returns: "[ParkTour!]"\n'
    union = "  Outing: {oneOf: {by: guideName, types: {a: ParkTour, b: Walk}}}\n  Walk: {fields: {number: {type: ID, from: tourNo}}}\n"
    text = altered(tour, '        returns: "[Outing]"\n', altered("  ParkTour:\n", union + "  ParkTour:\n"))
    found = lint(draft(text)).findings
    assert [str(each) for each in found if each.severity == "error" or each.code == "type.unused"] == []


def test_a_mutation_with_a_querys_name_counts_by_itself() -> None:
    text = f"""{MANIFEST[: MANIFEST.index("backend:")]}backend:
  kind: graphql
  describe: {{sdl: ./a.graphql}}
  endpoints: {{sandbox: "http://127.0.0.1:8199"}}
governance: {{classification: L1, sharing: unconditional}}
services: {{}}
expose: {{include: [Query.ping, Query.pong, Mutation.ping]}}
"""
    sdl = b"type Query { ping: String pong: String } type Mutation { ping: String }"
    judged = lint(Draft(text, {"a.graphql": sdl}))
    assert [str(each) for each in judged.findings if each.severity == "error"] == []
    assert judged.operations == OperationCounts(described=3, exposed=3, typed=3)
