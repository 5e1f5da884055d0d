"""What a department promised of a field is held against every value it sends; masks and digests of what is shown."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from connectors.connector import Connector
from connectors.manifest import ManifestRejected
from connectors.quality import QualityFinding
from connectors.secrets import HeldSecrets
from federation.subgraph import FetchContext
from tests.connectors import conftest
from tests.connectors.conftest import CITIZEN, Opened, fetch
from tests.connectors.department import LoopbackDepartment
from tests.connectors.examples import INSURED, MANIFEST, OPENAPI, ok

CID = {"__typename": "Citizen", "cid": "9901"}
CARD = "      cardNumber: ssCardNo\n"
SEX = """      sex: {type: Sex, from: ssCardNo, enum: {"1": MALE, "2": FEMALE}, else: UNKNOWN, contract: {codes: [1, 2]%s}}
"""
ENUM = "  PensionStatus: {enum"


def with_sex(more: str = "") -> str:
    return MANIFEST.replace(CARD, CARD + SEX % more).replace(
        ENUM, f"  Sex: {{enum: [MALE, FEMALE, UNKNOWN]}}\n{ENUM}"
    )


def with_card(spec: str) -> str:
    return MANIFEST.replace(CARD, f"      cardNumber: {{from: ssCardNo, {spec}}}\n")


async def of_insured(
    connector: Connector, department: LoopbackDepartment, field: str, sent: Any, purpose: str = ""
) -> Any:
    department.answer("GET", "/api/v1/insured/9901", ok({**INSURED, "ssCardNo": sent}))
    prepared = connector.prepare(
        fetch(connector, f"{{ socialInsurance {{ {field} months }} }}", entity="Citizen")
    )
    result = await prepared.run({}, [CID], FetchContext(caller=CITIZEN, purpose=purpose))
    assert result.errors == ()
    assert result.entities is not None
    assert result.entities[0] is not None
    assert result.entities[0]["socialInsurance"]["months"] == 72, "the rest of the answer stands"
    return result.entities[0]["socialInsurance"][field]


def seen(connector: Connector) -> list[tuple[str, str, str, int]]:
    return [(f.coordinate, f.kind, f.rule, number) for f, number in connector.quality.findings().items()]


async def test_a_vendors_new_codes_are_caught_at_the_first_answer_and_quarantined(
    opened: Opened, department: LoopbackDepartment, caplog: pytest.LogCaptureFixture
) -> None:
    connector = opened(with_sex(), OPENAPI)
    assert await of_insured(connector, department, "sex", "1") == "MALE"
    assert seen(connector) == []
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            assert await of_insured(connector, department, "sex", "M") is None, (
                "not 'else': nobody knows what it means"
            )
    assert seen(connector) == [("SocialInsurance.sex", "quarantined", "codes", 3)]
    assert connector.quality.counts() == {("hrss.social", "SocialInsurance.sex"): 3}
    (record,) = caplog.records
    assert record.getMessage() == "data quality: hrss.social SocialInsurance.sex is quarantined (codes)"


async def test_where_a_map_exists_they_are_normalised_and_told_of(
    opened: Opened, department: LoopbackDepartment
) -> None:
    connector = opened(with_sex(', normalise: {M: "1", F: "2"}'), OPENAPI)
    assert [await of_insured(connector, department, "sex", code) for code in ("1", "F", 2, "M")] == [
        "MALE",
        "FEMALE",
        "FEMALE",
        "MALE",
    ]
    assert list(connector.quality.findings()) == [
        QualityFinding("hrss.social", "SocialInsurance.sex", "normalised", "codes")
    ]
    assert connector.quality.counts() == {}, "nothing was nulled"


@pytest.mark.parametrize(
    ("contract", "good", "bad", "rule"),
    [
        ("checksum: GB11643", "11010519491231002X", "110105194912310021", "checksum"),
        ("checksum: GB32100", "91350100M000100Y43", "91350100M000100Y44", "checksum"),
        ('pattern: "SS[0-9]{3}"', "SS001", "xSS001x", "pattern"),
        ("minimum: 1, maximum: 5", 5, "6", "range"),
        ("minimum: 1", "1.0", "many", "range"),
        ("codes: [a]", "a", {"a": 1}, "shape"),
    ],
)
async def test_each_rule_of_a_contract(
    opened: Opened, department: LoopbackDepartment, contract: str, good: Any, bad: Any, rule: str
) -> None:
    connector = opened(with_card(f"contract: {{{contract}}}"), OPENAPI)
    assert await of_insured(connector, department, "cardNumber", good) == str(good)
    assert seen(connector) == []
    assert await of_insured(connector, department, "cardNumber", bad) is None
    assert seen(connector) == [("SocialInsurance.cardNumber", "quarantined", rule, 1)]


async def test_nothing_there_breaks_no_contract(opened: Opened, department: LoopbackDepartment) -> None:
    connector = opened(with_card("contract: {codes: [a], checksum: GB11643}"), OPENAPI)
    assert [await of_insured(connector, department, "cardNumber", sent) for sent in (None, "")] == [
        None,
        None,
    ]
    assert seen(connector) == []


async def test_a_hostile_value_costs_no_time(opened: Opened, department: LoopbackDepartment) -> None:
    connector = opened(with_card('contract: {pattern: "(a+)+b"}'), OPENAPI)
    assert await of_insured(connector, department, "cardNumber", "a" * 200_000) is None


async def test_a_masked_value_is_whole_only_for_the_purposes_that_the_manifest_names(
    opened: Opened, department: LoopbackDepartment
) -> None:
    connector = opened(with_card("mask: idNumber, unmaskFor: [social.register]"), OPENAPI)
    number = "11010519491231002X"
    assert await of_insured(connector, department, "cardNumber", number) == "110***********002X"
    assert (
        await of_insured(connector, department, "cardNumber", number, "social.view") == "110***********002X"
    )
    assert await of_insured(connector, department, "cardNumber", number, "social.register") == number


async def test_a_transformed_value_is_the_same_each_time_and_never_in_clear(
    opened: Opened, department: LoopbackDepartment, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = HeldSecrets({"secret://hrss/key": "k", "secret://hrss/pseudonym": "canary-pseudonym"})
    monkeypatch.setattr(conftest, "SECRETS", secrets)
    connector = opened(with_card("transform: hmac"), OPENAPI)
    first, again, other = [
        await of_insured(connector, department, "cardNumber", sent) for sent in ("SS001", "SS001", "SS002")
    ]
    assert first == again != other
    assert len(first) == 43
    assert "SS001" not in first


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (with_card("transform: hmac"), "transform.key"),
        (MANIFEST.replace("months: months", "months: {mask: phone}"), "mask.type"),
        (
            MANIFEST.replace("{plateNumber: plateNo,", "{plateNumber: {from: plateNo, mask: plate},"),
            "mask.key",
        ),
        (
            MANIFEST.replace("pensionStatus, enum: {", "pensionStatus, contract: {codes: [1]}, enum: {", 1),
            "contract.codes",
        ),
    ],
)
def test_what_cannot_be_is_named_at_its_line(opened: Opened, text: str, code: str) -> None:
    if code == "contract.codes":
        found = [f for f in opened(text, OPENAPI).findings if f.code == code]
    else:
        with pytest.raises(ManifestRejected) as rejected:
            opened(text, OPENAPI)
        found = [f for f in rejected.value.findings if f.code == code]
    assert len(found) == 1
    assert found[0].line > 1


def test_a_unit_is_told_in_the_graph(opened: Opened) -> None:
    text = MANIFEST.replace("scale: 100}", "scale: 100, description: {zh: 余额}, unit: {zh: 元, en: yuan}}")
    assert "余额 (元 · yuan)" in opened(text, OPENAPI).sdl
