"""One of several objects is a union where a word tells which; else an object that may hold what any of them holds."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from connectors.manifest import parse_manifest
from connectors.opening import open_connector
from connectors.proposing import propose
from connectors.proposing.writing import Identity, write_manifest
from connectors.transport import Transport
from federation.subgraph import FetchContext
from tests.connectors.conftest import CITIZEN, SECRETS, LoopClock, StubTokens, fetch
from tests.connectors.department import LoopbackDepartment

REF = "#/components/schemas/"
PERSON: dict[str, Any] = {
    "type": "object",
    "properties": {"kind": {"type": "string"}, "name": {"type": "string"}},
}
FIRM: dict[str, Any] = {
    "type": "object",
    "properties": {"kind": {"type": "string"}, "code": {"type": "integer"}, "owner": {"$ref": REF + "Party"}},
}
BOTH = [{"$ref": REF + "Person"}, {"$ref": REF + "Firm"}]


def described(party: Any, **schemas: Any) -> dict[str, bytes]:
    ok = {
        "200": {
            "description": "ok",
            "content": {"application/json": {"schema": {"type": "array", "items": {"$ref": REF + "Party"}}}},
        }
    }
    document = {
        "openapi": "3.1.0",
        "paths": {"/parties": {"get": {"operationId": "parties", "responses": ok}}},
        "components": {"schemas": {"Party": party, "Person": PERSON, "Firm": FIRM, **schemas}},
    }
    return {"d/a.json": json.dumps(document).encode()}


def written(files: dict[str, bytes]) -> Any:
    text = write_manifest(
        propose(files, "d/a.json").proposal, "d/a.json", Identity("mca.desk", "民政厅")
    ).text
    return text, yaml.safe_load(text)


TELLING = {
    "oneOf": BOTH,
    "discriminator": {
        "propertyName": "kind",
        "mapping": {"1": REF + "Person", "2": REF + "Firm", "3": REF + "Firm"},
    },
}
CONSTANT = {
    "anyOf": [
        {"type": "object", "properties": {"kind": {"const": "p"}, "name": {"type": "string"}}},
        {"type": "object", "properties": {"kind": {"enum": ["f"]}, "code": {"type": "integer"}}},
    ]
}


@pytest.mark.parametrize(
    ("party", "types"),
    [
        (TELLING, {"1": "Person", "2": "Firm", "3": "Firm"}),
        ({"oneOf": BOTH, "discriminator": {"propertyName": "kind"}}, {"Person": "Person", "Firm": "Firm"}),
        (CONSTANT, {"p": "PartiesItemP", "f": "PartiesItemF"}),
    ],
)
def test_a_word_that_tells_makes_a_union(party: Any, types: dict[str, str]) -> None:
    _, manifest = written(described(party))
    assert manifest["query"]["parties"]["returns"] == "[Party!]"
    assert manifest["types"]["Party"] == {"oneOf": {"by": "kind", "types": types}}


@pytest.mark.parametrize(
    "party",
    [
        {"oneOf": BOTH},
        {"oneOf": BOTH[:1], "discriminator": {"propertyName": "kind"}},
        {"oneOf": [*BOTH, {"type": "string"}], "discriminator": {"propertyName": "kind"}},
        {"oneOf": [BOTH[0], BOTH[0]], "discriminator": {"propertyName": "kind"}},
        {"oneOf": BOTH, "discriminator": {"propertyName": 'a"b'}},
        {"oneOf": BOTH, "discriminator": "kind"},
    ],
)
def test_what_no_word_tells_is_no_union(party: Any) -> None:
    text, manifest = written(described(party))
    assert not any("oneOf" in block for block in manifest.get("types", {}).values())
    parse_manifest(text)


def test_members_of_one_name_keep_the_types_that_they_have_in_each() -> None:
    firm = {"type": "object", "properties": {"kind": {"type": "string"}, "name": {"type": "integer"}}}
    _, manifest = written(described(TELLING, Firm=firm))
    assert manifest["types"]["Firm"]["fields"] == {"kind": "kind", "name": {"type": "Int"}}


async def test_a_union_is_answered_by_its_types(
    transport: Transport, clock: LoopClock, tokens: StubTokens, department: LoopbackDepartment
) -> None:
    department.answer(
        "GET",
        "/parties",
        [{"kind": "1", "name": "甲"}, {"kind": "2", "code": 7, "owner": {"kind": "1", "name": "乙"}}],
    )
    files = described(TELLING)
    connector = open_connector(
        parse_manifest(written(files)[0], base=files),
        files,
        endpoint=department.url,
        secrets=SECRETS,
        tokens=tokens,
        clock=clock,
        transport=transport,
    )
    document = "{ parties { __typename ... on Person { name } ... on Firm { code owner { ... on Person { name } } } } }"
    result = await connector.prepare(fetch(connector, document)).run({}, (), FetchContext(CITIZEN))
    assert result.errors == ()
    assert result.data == {
        "parties": [
            {"__typename": "Person", "name": "甲"},
            {"__typename": "Firm", "code": 7, "owner": {"name": "乙"}},
        ]
    }
