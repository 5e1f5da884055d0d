from __future__ import annotations

import copy
from typing import Any

import pytest
from graphql import parse

from connectors.connector import Connector
from connectors.manifest import ManifestRejected
from tests.connectors.conftest import Opened
from tests.connectors.examples import MANIFEST, OPENAPI


@pytest.fixture
def connector(opened: Opened) -> Connector:
    return opened(MANIFEST, OPENAPI)


def test_the_sdl_is_federation_2_and_parses(connector: Connector) -> None:
    parse(connector.sdl)
    assert connector.name == "hrss_social"
    assert 'url: "https://specs.apollo.dev/federation/v2.3"' in connector.sdl
    assert connector.findings == ()


@pytest.mark.parametrize(
    "text",
    [
        'type Citizen @key(fields: "cid") {\n  cid: ID! @inaccessible',
        'type Enterprise @key(fields: "creditCode", resolvable: false) {\n  creditCode: ID!\n}',
        "type SocialInsurance @shareable {",
        'type Receipt @shareable {\n  """部门给出的编号 · The number that the department gave"""\n  number: ID!',
        "  matter: Matter\n}",
        'type Matter @key(fields: "id", resolvable: false)',
        "colour: String @external",
        '): [Violation!] @requires(fields: "colour")',
        "scalar Decimal",
        "enum PensionStatus {\n  ACTIVE",
        "limit: Int = 20",
        "  months: Int\n",
    ],
)
def test_the_sdl_says_what_the_manifest_means(connector: Connector, text: str) -> None:
    assert text in connector.sdl


@pytest.mark.parametrize(
    "text",
    [
        '"""社会保险参保信息 · Social insurance"""\ntype SocialInsurance',
        '"""律师查询 · Lawyers by name"""\n  lawyers(',
        '"""社会保障卡号"""\n  cardNumber',
        '"""律师姓名"""\n    name: String!',
        '"""参保状态查询"""\n  socialInsurance',
    ],
)
def test_descriptions_come_from_the_manifest_or_else_in_the_departments_words(
    connector: Connector, text: str
) -> None:
    assert text in connector.sdl


@pytest.mark.parametrize(
    ("old", "new", "code", "fix"),
    [
        ("cardNumber: ssCardNo", "cardNumber: ssCardNum", "path.undescribed", "did you mean 'ssCardNo'?"),
        ("operation: searchLawyers", "operation: searchLawyer", "call.operation", "did you mean 'searchLawyers'?"),
        ("items: list\nmutation", "items: lists\nmutation", "path.undescribed", "did you mean 'list'?"),
        ('returns: "[Lawyer!]"', 'returns: "[Lawyr!]"', "type.unknown", "did you mean 'Lawyer'?"),
        ("params: {name: $name,", "params: {name: $nam,", "call.slot", "did you mean 'name'?"),
        ('"2": SUSPENDED}', '"2": SUSPENDD}', "enum.unknown", "did you mean 'SUSPENDED'?"),
        ("[Query.lawyers]", "[Query.lawyer]", "service.field", "did you mean 'Query.lawyers'?"),
        ("as: {creditCode:", "as: {creditCod:", "reference.unknown", ""),
        ("requires: colour", "requires: model", "field.requires", ""),
        ("operation: getInsured, params: {cid: $key.cid}}}\n      pension", "operation: getInsured}}\n      pension",
         "call.mismatch", ""),
    ],
)  # fmt: skip
def test_a_manifest_that_does_not_fit_its_description_is_refused(
    opened: Opened, old: str, new: str, code: str, fix: str
) -> None:
    assert old in MANIFEST
    with pytest.raises(ManifestRejected) as rejected:
        opened(MANIFEST.replace(old, new), OPENAPI)
    assert (code, fix) in {(found.code, found.fix) for found in rejected.value.findings}
    assert all(found.line > 0 for found in rejected.value.findings)


def test_an_input_that_the_operation_does_not_take_is_a_warning(opened: Opened) -> None:
    connector = opened(MANIFEST.replace("entName: $enterpriseName", "entNam: $enterpriseName"), OPENAPI)
    assert [(found.code, found.severity) for found in connector.findings] == [("call.input", "warning")]


def test_an_answer_without_a_schema_is_taken_as_the_manifest_says(opened: Opened) -> None:
    description: dict[str, Any] = copy.deepcopy(OPENAPI)
    for item in description["paths"].values():
        for operation in item.values():
            if isinstance(operation, dict):
                operation["responses"] = {"200": {"description": "ok"}}
    connector = opened(MANIFEST, description)
    assert {found.code for found in connector.findings} == {"answer.undescribed"}
    assert "months: String" in connector.sdl


def test_an_unknown_secret_is_named_and_never_shown(opened: Opened) -> None:
    with pytest.raises(ManifestRejected, match="secret://hrss/nothing"):
        opened(MANIFEST.replace("secret://hrss/key", "secret://hrss/nothing"), OPENAPI)


def test_an_enums_values_may_be_told_of(opened: Opened) -> None:
    plain = "PensionStatus: {enum: [ACTIVE, SUSPENDED, UNKNOWN]}"
    assert plain in MANIFEST
    told = "PensionStatus: {enum: {ACTIVE: {zh: 正常缴费, en: Paying}, SUSPENDED: {zh: 暂停}, UNKNOWN: {en: Unknown}}}"
    sdl = opened(MANIFEST.replace(plain, told), OPENAPI).sdl
    assert (
        '  """正常缴费 · Paying"""\n  ACTIVE\n  """暂停"""\n  SUSPENDED\n  """Unknown"""\n  UNKNOWN\n' in sdl
    )
