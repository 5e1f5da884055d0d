"""Contract: recorded answers through the real connector and engine, then spoiled; each way of failing is named."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from connectors.judging import Draft, contract
from connectors.manifest import Finding
from gateway.connector_files import read_connector
from tests.connectors.judging.parks import altered, draft, line_of

DEMO = sorted((Path(__file__).parents[3] / "demo" / "connectors").glob("*.connector.yaml"))


async def judged(text: str) -> tuple[Finding, ...]:
    """All but the mere information."""
    return tuple(each for each in (await contract(draft(text))).findings if each.severity != "info")


async def test_what_is_recorded_holds_and_bears_being_spoiled() -> None:
    judgement = await contract(draft())
    assert [(each.code, each.severity) for each in judgement.findings] == [("contract.error", "info")]
    assert judgement.passed


async def test_a_difference_is_told_by_its_path_with_what_came() -> None:
    text = altered("areaMu: 12.5, opensOn", "areaMu: 13.5, opensOn")
    (found,) = await judged(text)
    assert (found.code, found.line) == ("contract.differs", line_of("areaMu: 13.5", text))
    assert "park.areaMu: expected a number 13.5, got a number 12.5" in found.message


@pytest.mark.parametrize(
    ("expected", "words"),
    [
        ("{park: null}", "expected null, got an object"),
        ("{park: {name: 人民公园, areaMu: '12.5', opensOn: '2020-05-01', kind: CITY}}", "a text"),
        ("{park: {name: 人民公园, areaMu: 12.5, opensOn: '2020-05-01'}}", "park.kind: expected nothing"),
        (
            "{park: {name: 1, areaMu: 12.5, opensOn: '2020-05-01', kind: CITY}}",
            "park.name: expected a number",
        ),
    ],
)
async def test_kinds_are_told(expected: str, words: str) -> None:
    old = 'expect: {park: {name: 人民公园, areaMu: 12.5, opensOn: "2020-05-01", kind: CITY}}'
    found = await judged(altered(old, f"expect: {expected}"))
    assert [each.code for each in found] == ["contract.differs"]
    assert words in found[0].message


async def test_an_answer_that_is_not_recorded_is_asked_for() -> None:
    text = altered("backend: [{operation: listTours, body", "backend: [{operation: getTour, body")
    assert [each.code for each in await judged(text)] == ["contract.unrecorded"]


async def test_a_run_that_is_none_of_the_graph_is_told_at_its_line() -> None:
    text = altered("{ me { parkTours { number guide } } }", "{ me { parkTours { numero } } }")
    (found,) = await judged(text)
    assert (found.code, found.line) == ("contract.operation", line_of("numero", text))
    assert "numero" in found.message


async def test_an_error_that_nobody_expects_is_a_finding() -> None:
    text = altered('body: {code: "0000", msg: ok, data: {tourNo: T2}}', 'body: {code: "2001", msg: 已满}')
    assert "contract.error" in {each.code for each in await judged(text)}


async def test_a_field_that_must_be_there_takes_others_along() -> None:
    text = altered("areaMu: {type: Float, from: area", "areaMu: {type: Float!, from: area")
    found = [each for each in await judged(text) if each.code == "contract.spreads"]
    assert found
    assert all("Park.name" in each.message and each.severity == "warning" for each in found)


async def test_a_failure_that_passes_for_success_is_told() -> None:
    found = await judged(altered("success: \"code == '0000'\"", 'success: "`true`"'))
    assert "contract.silent" in {each.code for each in found}


async def test_words_that_no_rule_shows_stay_inside() -> None:
    shown = altered('{when: "true", as: BACKEND_ERROR}', '{when: "true", as: BACKEND_ERROR, message: show}')
    text = altered("  message: msg\n", "  message: error\n", shown)
    assert "contract.leak" in {each.code for each in await judged(text)}
    assert "contract.leak" not in {each.code for each in await judged(shown)}


async def test_many_answers_stay_within_bounds() -> None:
    parks = ", ".join(f"x{number}: v" for number in range(1_500))
    text = altered("data: {parkName: 人民公园,", f"data: {{{parks}, parkName: 人民公园,")
    judgement = await contract(draft(text))
    assert "contract.bounded" in {each.code for each in judgement.findings}


async def test_it_is_the_same_each_time() -> None:
    text = altered("areaMu: {type: Float, from: area", "areaMu: {type: Float!, from: area")
    assert (await contract(draft(text))).findings == (await contract(draft(text))).findings


async def test_a_draft_that_does_not_open_is_refused_with_its_errors() -> None:
    judgement = await contract(Draft("a: [", {}))
    assert not judgement.passed


@pytest.mark.parametrize("path", DEMO, ids=lambda path: path.name.partition(".")[0])
def test_the_tests_of_the_reference_province_hold(path: Path) -> None:
    """REST, SOAP and GraphQL: recorded bodies become bytes of each protocol, and are read by the real rooms."""
    text, files = read_connector(path)
    judgement = asyncio.run(contract(Draft(text, files, file=path.name)))
    assert [str(each) for each in judgement.findings if each.severity != "info"] == []
