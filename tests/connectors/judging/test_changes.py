"""Changes between two versions: what breaks, what is dangerous, what is safe, by coordinate."""

from __future__ import annotations

import copy

import pytest

from connectors.judging import changes
from connectors.manifest import ManifestRejected
from tests.connectors.judging.parks import MANIFEST, OPENAPI, altered, draft

CASES: list[tuple[str, str, str, str]] = [
    # kind, coordinate, what changes, into what
    ("breaking", "Park.areaMu", "areaMu: {type: Float", "area: {type: Float"),
    ("breaking", "Park.areaMu", "areaMu: {type: Float,", "areaMu: {type: Int,"),
    ("safe", "Park.areaMu", "areaMu: {type: Float,", "areaMu: {type: Float!,"),
    ("safe", "Park.toilets", "      name: {from: parkName", "      toilets: kindCode\n      name: {from: parkName"),
    ("breaking", "ParkKind.OTHER", ", OTHER: {zh: 其他, en: Another}}", "}"),
    ("dangerous", "ParkKind.ZOO", "OTHER: {zh: 其他", "ZOO: {zh: 动物园, en: Zoo}, OTHER: {zh: 其他"),
    ("breaking", "Query.park(city:)", "args: {number: {type: ID!,", "args: {city: String!, number: {type: ID!,"),
    ("safe", "Query.park(city:)", "args: {number: {type: ID!,", "args: {city: String, number: {type: ID!,"),
    ("safe", "Query.park(number:)", "args: {number: {type: ID!,", "args: {number: {type: ID,"),
    ("dangerous", "Park.name", "name: {from: parkName", "name: {from: kindCode"),
    ("breaking", "service:parks.book", "classification: L2", "classification: L3"),
    ("dangerous", "service:parks.guide", "kind: lookup, classification: L3", "kind: lookup, classification: L2"),
    ("breaking", "service:parks.guide", "kind: lookup, classification: L3", "kind: lookup, purposes: [x.y], classification: L3"),
    ("breaking", "service:parks.guide", "kind: lookup, classification: L3", "kind: lookup, assurance: 3, classification: L3"),
    ("breaking", "service:parks.guide", "kind: lookup, classification: L3", "kind: lookup, roles: [officer], classification: L3"),
    ("safe", "service:parks.book", "promisedMinutes: 10", "promisedMinutes: 20"),
    ("dangerous", "ParkTour.guide", "guideName, classification: L3", "guideName, classification: L2"),
    ("dangerous", "governance.sharing", "sharing: unconditional", "sharing: conditional"),
    ("dangerous", "governance.legalBasis", "legalBasis: 城市公园管理办法", "legalBasis: 公园条例"),
    ("dangerous", "backend.endpoints.sandbox", "http://127.0.0.1:8199", "http://127.0.0.1:8198"),
    ("dangerous", "backend.auth", "in: header, name: X-Api-Key", "in: header, name: X-Key"),
    ("dangerous", "envelope", "code == '1404'", "code == '404'"),
    ("safe", "backend.limits", "  health: {get", "  limits: {timeout: 2s}\n  health: {get"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "coordinate", "old", "new"), CASES, ids=[f"{case[1]} {case[0]}" for case in CASES]
)
def test_one_change_is_told_as_what_it_is(kind: str, coordinate: str, old: str, new: str) -> None:
    text = altered(old, new)
    if "OTHER" in coordinate:
        text = altered("else: OTHER", "else: CITY", text)
    found = [each for each in changes(draft(), draft(text)) if each.coordinate == coordinate]
    assert kind in {each.kind for each in found}
    assert all(each.message for each in found)
    assert all(each.fix for each in found if each.kind != "safe")


def test_no_change_is_none_and_words_alone_are_none() -> None:
    assert changes(draft(), draft()) == ()
    assert changes(draft(), draft(altered("en: The guide", "en: Who guides"))) == ()


def test_breaking_comes_first() -> None:
    text = altered(
        "areaMu: {type: Float", "area: {type: Float", altered("promisedMinutes: 10", "promisedMinutes: 20")
    )
    kinds = [each.kind for each in changes(draft(), draft(text))]
    assert kinds == sorted(kinds, key=["breaking", "dangerous", "safe"].index)
    assert {"breaking", "safe"} <= set(kinds)


def test_an_argument_under_another_name_is_gone() -> None:
    renamed = altered(
        "{parkNo: $number}", "{parkNo: $no}", altered("args: {number: {type: ID!", "args: {no: {type: ID!")
    )
    found = {each.coordinate: each.kind for each in changes(draft(), draft(renamed))}
    assert (found["Query.park(number:)"], found["Query.park(no:)"]) == ("breaking", "breaking")


def test_a_service_that_is_gone_breaks() -> None:
    line = next(each for each in MANIFEST.splitlines() if each.startswith("  guide: {title"))
    found = {each.coordinate: each for each in changes(draft(), draft(altered(f"{line}\n", "")))}
    assert found["service:parks.guide"].kind == "breaking"


@pytest.mark.parametrize(
    ("old", "new", "signed"),
    [
        ("classification: L2", "classification: L3", True),
        ("promisedMinutes: 10", "promisedMinutes: 20", False),
    ],
)
def test_a_steward_signs_what_is_of_governance(old: str, new: str, signed: bool) -> None:
    found = changes(draft(), draft(altered(old, new)))
    assert any(each.governance for each in found) is signed


def test_another_description_is_told() -> None:
    openapi = copy.deepcopy(OPENAPI)
    openapi["info"]["version"] = "2"
    assert [(each.kind, each.coordinate) for each in changes(draft(), draft(openapi=openapi))] == [
        ("safe", "backend.describe")
    ]


def test_what_does_not_open_is_refused() -> None:
    with pytest.raises(ManifestRejected):
        changes(draft(), draft(MANIFEST.replace("getPark", "getParc")))
