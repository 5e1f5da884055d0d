"""Objects in what is given are input types, in the graph's names outside and the backend's names inside."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from lxml import etree

from connectors.connector import Connector
from connectors.manifest import parse_manifest
from connectors.opening import open_connector
from connectors.proposing import propose
from connectors.proposing.writing import Identity, write_manifest
from connectors.transport import Transport
from federation.subgraph import FetchContext
from tests.connectors.conftest import CITIZEN, SECRETS, LoopClock, StubTokens, fetch
from tests.connectors.department import LoopbackDepartment
from tests.connectors.soap.documents import pair, wsdl

SCHEMAS: dict[str, Any] = {
    "Application": {
        "type": "object",
        "required": ["applicant"],
        "properties": {
            "applicant": {"$ref": "#/components/schemas/Person"},
            "witnesses": {"type": "array", "items": {"$ref": "#/components/schemas/Person"}},
            "extra": {"type": "object", "additionalProperties": {"type": "string"}},
            "open": {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": True},
        },
    },
    "Person": {
        "type": "object",
        "required": ["full-name", "spouse"],
        "properties": {
            "full-name": {"type": "string"},
            "sex": {"type": "string", "enum": ["not known", "male"]},
            "born": {"type": "string", "format": "date"},
            "spouse": {"$ref": "#/components/schemas/Person"},
        },
    },
}
DESCRIPTION: dict[str, Any] = {
    "openapi": "3.0.3",
    "paths": {
        "/applications": {
            "post": {
                "operationId": "apply",
                "requestBody": {
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Application"}}}
                },
                "responses": {
                    "200": {
                        "description": "ok",
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Person"}}},
                    }
                },
            }
        }
    },
    "components": {"schemas": SCHEMAS},
}  # fmt: skip


def written(files: dict[str, bytes], path: str) -> str:
    return write_manifest(propose(files, path).proposal, path, Identity("mca.desk", "民政厅")).text


@pytest.fixture
def open_described(
    transport: Transport, clock: LoopClock, tokens: StubTokens, department: LoopbackDepartment
) -> Any:
    def opened(files: dict[str, bytes], path: str) -> Connector:
        return open_connector(
            parse_manifest(written(files, path), base=files),
            files,
            endpoint=department.url,
            secrets=SECRETS,
            tokens=tokens,
            clock=clock,
            transport=transport,
        )

    return opened


def test_objects_in_bodies_are_input_types_and_what_is_open_stays_json() -> None:
    manifest = yaml.safe_load(written({"d/a.json": json.dumps(DESCRIPTION).encode()}, "d/a.json"))
    assert manifest["mutation"]["apply"]["args"] == {
        "applicant": "PersonInput!",
        "witnesses": "[PersonInput!]",
        "extra": "JSON",
        "open": "JSON",
    }
    assert manifest["inputs"] == {
        "PersonInput": {
            "fields": {
                "fullName": {"type": "String!", "to": "full-name"},
                "sex": {"type": "PersonSex", "enum": {"not_known": "not known", "male": "male"}},
                "born": "Date",
                "spouse": "PersonInput",
            }
        }
    }, "a person that demands a person that demands … could never be given"


async def test_a_department_gets_what_was_given_in_its_own_words(
    open_described: Any, department: LoopbackDepartment
) -> None:
    department.answer("POST", "/applications", {"full-name": "甲"})
    connector = open_described({"d/a.json": json.dumps(DESCRIPTION).encode()}, "d/a.json")
    document = """mutation M($who: PersonInput!) {
      apply(applicant: $who, witnesses: [{fullName: "丙", born: "2000-01-02"}]) { fullName } }"""
    given = {"who": {"fullName": "甲", "sex": "not_known", "spouse": {"fullName": "乙"}}}
    result = await connector.prepare(fetch(connector, document)).run(given, (), FetchContext(CITIZEN))
    assert result.errors == ()
    assert result.data == {"apply": {"fullName": "甲"}}
    assert json.loads(department.seen[0].body) == {
        "applicant": {"full-name": "甲", "sex": "not known", "spouse": {"full-name": "乙"}},
        "witnesses": [{"full-name": "丙", "born": "2000-01-02"}],
    }


SHAPES = (
    '<xs:complexType name="Shape" abstract="true"><xs:sequence><xs:element name="note" type="xs:string" minOccurs="0"/>'
    '</xs:sequence><xs:attribute name="unit" type="xs:string" fixed="m"/></xs:complexType>'
    '<xs:complexType name="Round"><xs:complexContent><xs:extension base="t:Shape"><xs:sequence>'
    '<xs:element name="radius" type="xs:int"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>'
    '<xs:complexType name="Square"><xs:complexContent><xs:extension base="t:Shape"><xs:sequence>'
    '<xs:element name="side" type="xs:int"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>'
)


async def test_a_derived_type_of_a_schema_can_be_picked(
    open_described: Any, department: LoopbackDepartment
) -> None:
    inside = pair(
        '<xs:sequence><xs:element name="shape" type="t:Shape"/></xs:sequence>',
        '<xs:sequence><xs:element name="ok" type="xs:string"/></xs:sequence>',
        SHAPES,
    )
    files = {"d/a.wsdl": wsdl(inside)}
    manifest = yaml.safe_load(written(files, "d/a.wsdl"))
    fields = manifest["inputs"]["ShapeInput"]["fields"]
    assert set(fields) == {"note", "radius", "side", "xsiType"}, "nothing for what the schema fixes"
    assert fields["xsiType"] == {"type": "ShapeKind", "to": "@xsi:type"}
    connector = open_described(files, "d/a.wsdl")
    document = "{ getThing(shape: {xsiType: Square, side: 3}) { ok } }"
    await connector.prepare(fetch(connector, document)).run({}, (), FetchContext(CITIZEN))
    (given,) = etree.fromstring(department.seen[0].body).iter("{urn:test:kinds}shape")
    assert given.get("{http://www.w3.org/2001/XMLSchema-instance}type", "").endswith("Square")
    assert [(child.tag, child.text) for child in given] == [("{urn:test:kinds}side", "3")]
