"""Input objects on their way into a department's words, and values that are one of several types on their way out."""

from __future__ import annotations

import copy
from typing import Any

import orjson
import pytest

from connectors.connector import Connector
from connectors.manifest import ManifestRejected
from federation.subgraph import FetchContext, FetchResult
from tests.connectors.conftest import CITIZEN, Opened, fetch
from tests.connectors.department import LoopbackDepartment
from tests.connectors.examples import MANIFEST, OPENAPI, ok
from tongban.errors import ErrorCode

CONTEXT = FetchContext(caller=CITIZEN, idempotency_key="k-1")
ARGS = "    args: {creditCode: {type: ID!, authority: enterprise}, enterpriseName: String!, openedOn: Date}\n"
BODY = "      body: {uscc: $creditCode, entName: $enterpriseName, legalRepCid: $citizen.cid, day: {slot: $openedOn, format: yyyyMMdd}}\n"
INPUTS = """inputs:
  Opening:
    description: {zh: 开办, en: An opening}
    fields:
      name: String!
      openedOn: {type: Date, to: kyrq, format: yyyyMMdd, description: {zh: 开业日期}}
      kind: {type: OpeningKind, to: lx, enum: {SHOP: "01", PLANT: 2}}
      staff: {type: Int, to: rs, default: 1}
      partners: {type: "[Partner!]", to: gd}
  Partner: {fields: {name: {type: String!, to: xm}, share: {type: Decimal, to: bl}}}
query:
"""


def with_inputs(body: str = "{uscc: $opening.name, entName: $opening}") -> str:
    text = MANIFEST.replace("query:\n", INPUTS, 1).replace(ARGS, "    args: {opening: Opening!}\n")
    text = text.replace(BODY, f"      body: {body}\n")
    return text.replace(
        "  PensionStatus: {enum", "  OpeningKind: {enum: [SHOP, PLANT]}\n  PensionStatus: {enum"
    )


async def register(connector: Connector, written: str, **variables: Any) -> FetchResult:
    document = f"mutation($opening: Opening!, $name: String!) {{ registerEmployer(opening: {written}) {{ number }} }}"
    return await connector.prepare(fetch(connector, document)).run(variables, (), CONTEXT)


WRITTEN = {
    "name": "店",
    "kyrq": "20260105",
    "lx": "01",
    "rs": 3,
    "gd": [{"xm": "甲", "bl": "0.5"}, {"xm": "乙"}],
}


@pytest.mark.parametrize("as_variable", [True, False])
async def test_an_input_object_is_written_in_the_departments_words(
    opened: Opened, department: LoopbackDepartment, as_variable: bool
) -> None:
    department.answer("POST", "/api/v1/employers", ok({"employerNo": "E1"}))
    given = {
        "name": "店",
        "openedOn": "2026-01-05",
        "kind": "SHOP",
        "staff": 3,
        "partners": [{"name": "甲", "share": "0.5"}, {"name": "乙"}],
    }
    literal = """{name: $name, openedOn: "2026-01-05", kind: SHOP, staff: 3,
                 partners: [{name: "甲", share: "0.5"}, {name: "乙"}]}"""
    connector = opened(with_inputs(), OPENAPI)
    result = await register(connector, "$opening" if as_variable else literal, opening=given, name="店")
    assert result.errors == ()
    assert orjson.loads(department.seen[0].body) == {"uscc": "店", "entName": WRITTEN}


async def test_what_is_not_given_is_left_out_and_defaults_are_filled_in(
    opened: Opened, department: LoopbackDepartment
) -> None:
    department.answer("POST", "/api/v1/employers", ok({"employerNo": "E1"}))
    connector = opened(
        with_inputs("{uscc: $opening.openedOn, entName: $opening, day: $opening.staff}"), OPENAPI
    )
    await register(connector, "$opening", opening={"name": "x", "partners": None, "uninvited": 1})
    assert orjson.loads(department.seen[0].body) == {"entName": {"name": "x", "rs": 1, "gd": None}, "day": 1}


@pytest.mark.parametrize("given", ["text", 5, [1]])
async def test_what_is_no_object_is_refused_and_nothing_is_sent(
    opened: Opened, department: LoopbackDepartment, given: Any
) -> None:
    result = await register(opened(with_inputs(), OPENAPI), "$opening", opening=given)
    assert [error.code for error in result.errors] == [ErrorCode.BAD_USER_INPUT]
    assert department.seen == []


def test_inputs_stand_in_the_graph(opened: Opened) -> None:
    sdl = opened(with_inputs(), OPENAPI).sdl
    assert 'input Opening {\n  name: String!\n  """开业日期"""\n  openedOn: Date\n' in sdl
    assert "  staff: Int = 1\n  partners: [Partner!]\n}" in sdl
    assert "scalar Decimal" in sdl
    assert "opening: Opening!" in sdl
    assert "__sent" not in sdl


PARTY = """  Party: {oneOf: {by: kind, types: {"1": Person, "2": Firm}}%s}
  Person: {fields: {name: xm, born: {type: Date, from: csrq}}}
  Firm:"""
RETURNS = '    returns: "[Lawyer!]"\n'
DOCUMENT = """{ parties: lawyers(name: "x") { __typename ... on Party { ... on Person { name born } } ... on Firm { name } } }"""


def described() -> dict[str, Any]:
    found = copy.deepcopy(OPENAPI)
    schema = found["paths"]["/lawyers"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    text = {"type": "string"}
    item = {"type": "object", "properties": {"kind": text, "xm": text, "csrq": text, "名称": text}}
    item["properties"]["住所"] = {"type": "object", "properties": {"详细地址": text}}  # type: ignore[index]
    schema["properties"]["data"]["properties"]["list"]["items"] = item
    return found


def with_party(fields: str = "", returns: str = '"[Party]"') -> str:
    text = MANIFEST.replace("  Firm:", PARTY % fields, 1).replace(RETURNS, f"    returns: {returns}\n")
    return text.replace(
        "  Lawyer: {fields: {number: lawyerNo, name: name, firm: {type: Firm, from: firm}}}\n", ""
    )


SENT = [
    {"kind": "1", "xm": "甲", "csrq": "20000101"},
    {"kind": 2, "名称": "店"},
    {"kind": "9"},
    {},
    None,
    "x",
]


async def test_a_value_is_of_the_type_that_it_tells_and_null_if_it_tells_none(
    opened: Opened, department: LoopbackDepartment
) -> None:
    department.answer("GET", "/api/v1/lawyers", ok({"list": SENT}))
    connector = opened(with_party(), described())
    result = await connector.prepare(fetch(connector, DOCUMENT)).run({}, (), CONTEXT)
    assert result.errors == ()
    assert result.data == {
        "parties": [
            {"__typename": "Person", "name": "甲", "born": "2000-01-01"},
            {"__typename": "Firm", "name": "店"},
            None,
            None,
            None,
            None,
        ]
    }
    assert connector.quality.counts() == {("hrss.social", "Query.lawyers"): 2}


async def test_with_fields_it_is_an_interface(opened: Opened, department: LoopbackDepartment) -> None:
    department.answer("GET", "/api/v1/lawyers", ok({"list": SENT[:2]}))
    connector = opened(with_party(", fields: {name: name}"), described())
    assert "interface Party {\n  name: String\n}" in connector.sdl
    assert "type Person implements Party @shareable {" in connector.sdl
    document = '{ lawyers(name: "x") { name ... on Person { born } } }'
    result = await connector.prepare(fetch(connector, document)).run({}, (), CONTEXT)
    assert result.data == {"lawyers": [{"name": "甲", "born": "2000-01-01"}, {"name": "店"}]}


def test_a_union_stands_in_the_graph(opened: Opened) -> None:
    assert "union Party = Person | Firm\n" in opened(with_party(), described()).sdl


def told_apart() -> dict[str, Any]:
    """As ``described``, but each by itself: what both call 级别 is a number of one and a word of the other."""
    found = described()
    schema = found["paths"]["/lawyers"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    text = {"type": "string"}
    address = {"type": "object", "properties": {"详细地址": text}}
    members = [
        {"kind": {"const": "1"}, "xm": text, "csrq": text, "级别": {"type": "integer"}},
        {"kind": {"const": "2"}, "名称": text, "住所": address, "级别": text},
    ]
    each = [{"type": "object", "properties": properties} for properties in members]
    schema["properties"]["data"]["properties"]["list"]["items"] = {"oneOf": each}
    return found


def test_a_member_is_read_from_what_its_word_stands_for(opened: Opened) -> None:
    text = with_party().replace("{fields: {name: xm,", "{fields: {name: xm, rank: 级别,")
    assert "rank: Int" in opened(text, told_apart()).sdl
    with pytest.raises(ManifestRejected) as rejected:
        opened(with_party().replace("{fields: {name: xm,", "{fields: {name: 名称,"), told_apart())
    assert [each.code for each in rejected.value.findings] == ["path.undescribed"]


def party(old: str, new: str) -> str:
    return with_party(", fields: {name: name}").replace(old, new)


@pytest.mark.parametrize(
    ("text", "description", "code"),
    [
        (with_inputs("{entName: $opening.nme}"), OPENAPI, "call.slot"),
        (with_inputs("{entName: $openng}"), OPENAPI, "call.slot"),
        (with_inputs().replace("type: Int, to: rs", "type: Firm, to: rs"), OPENAPI, "input.type"),
        (with_inputs().replace("type: Int, to: rs", "type: Itn, to: rs"), OPENAPI, "type.unknown"),
        (with_inputs().replace(RETURNS, "    returns: Partner\n"), OPENAPI, "input.type"),
        (
            with_inputs().replace("  Partner: {f", "  Firm: {fields: {a: Int}}\n  Partner: {f"),
            OPENAPI,
            "input.name",
        ),
        (party('"2": Firm', '"2": Frm'), described(), "type.oneOf"),
        (party("{name: name}", "{name: name, age: age}"), described(), "type.oneOf"),
        (party("{name: name}", "{name: {type: Int}}"), described(), "type.oneOf"),
        (party("by: kind", "by: knd"), described(), "path.undescribed"),
    ],
)
def test_what_is_wrong_is_named_at_its_line(
    opened: Opened, text: str, description: dict[str, Any], code: str
) -> None:
    with pytest.raises(ManifestRejected) as rejected:
        opened(text, description)
    found = rejected.value.findings[0]
    assert (found.code, found.severity) == (code, "error")
    assert found.line > 1
