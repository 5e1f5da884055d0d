"""The manifest that is proposed passes its own lint, opens, and answers; its names do not depend on order."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from graphql import ObjectTypeDefinitionNode, parse, print_ast

from connectors.connector import Connector
from connectors.manifest import parse_manifest
from connectors.manifest.reading import read
from connectors.opening import open_connector
from connectors.proposing import propose
from connectors.proposing.names import enum_names, field_name, operation_name, type_name
from connectors.proposing.writing import Identity, Written, write_manifest
from connectors.proposing.yaml_text import scalar
from connectors.transport import Transport
from federation.subgraph import FetchContext
from tests.connectors.conftest import CITIZEN, SECRETS, LoopClock, StubTokens, fetch
from tests.connectors.department import LoopbackDepartment


def ok(schema: Any) -> dict[str, Any]:
    return {"200": {"description": "ok", "content": {"application/json": {"schema": schema}}}}


WELL = {"$ref": "#/components/schemas/v1.Well"}
DESCRIPTION: dict[str, Any] = {
    "openapi": "3.0.1",
    "info": {"title": "水井", "version": "1"},
    "servers": [{"url": "https://wells.gov/v1"}],
    "paths": {
        "/wells/{id}": {
            "get": {
                "operationId": "get-well",
                "summary": "One well",
                "parameters": [
                    {
                        "name": "id",
                        "in": "path",
                        "required": True,
                        "schema": {"type": "integer", "format": "int64"},
                    },
                    {"name": "X-Trace", "in": "header", "schema": {"type": "string"}},
                    {"name": "Authorization", "in": "header", "required": True, "schema": {"type": "string"}},
                    {
                        "name": "key",
                        "in": "query",
                        "schema": {"type": "string", "enum": ["in use", "closed"]},
                    },
                ],
                "responses": ok(WELL),
            },
            "put": {
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
                "requestBody": {"required": True, "content": {"application/json": {"schema": WELL}}},
                "responses": {"204": {"description": "done"}},
            },
        },
        "/wells": {"get": {"operationId": "wells", "responses": ok({"type": "array", "items": WELL})}},
        "/Wells": {"get": {"operationId": "Wells", "responses": ok({"type": "object"})}},
        "/count": {"get": {"responses": ok({"type": "integer"})}},
    },
    "components": {
        "schemas": {
            "v1.Well": {
                "type": "object",
                "required": ["well-name"],
                "properties": {
                    "id": {"type": "integer", "format": "int64"},
                    "well-name": {"type": "string"},
                    "status": {"type": "string", "enum": ["in use", "closed"]},
                    "drilled": {"type": "string", "format": "date"},
                    "位置": {"type": "object", "properties": {"纬度": {"type": "number"}}},
                    "query": {"type": "object", "additionalProperties": {"type": "string"}},
                    "near": {"type": "array", "items": WELL},
                    "a.b": {"type": "string"},
                },
            }
        },
        "securitySchemes": {"k": {"type": "apiKey", "in": "header", "name": "X-Key"}},
    },
}


def written(description: dict[str, Any], **identity: str) -> tuple[Written, dict[str, bytes]]:
    files = {"d/api.json": json.dumps(description).encode()}
    proposal = propose(files, "d/api.json").proposal
    return write_manifest(proposal, "d/api.json", Identity("mnr.wells", "自然资源厅", **identity)), files


@pytest.fixture
def open_proposed(
    transport: Transport, clock: LoopClock, tokens: StubTokens, department: LoopbackDepartment
) -> Any:
    def opened(description: dict[str, Any], **identity: str) -> Connector:
        found, files = written(description, **identity)
        return open_connector(
            parse_manifest(found.text, base=files),
            files,
            endpoint=department.url,
            secrets=SECRETS,
            tokens=tokens,
            clock=clock,
            transport=transport,
        )

    return opened


def sdl_fields(sdl: str) -> dict[str, dict[str, str]]:
    return {
        node.name.value: {inner.name.value: print_ast(inner.type) for inner in node.fields}
        for node in parse(sdl).definitions
        if isinstance(node, ObjectTypeDefinitionNode)
    }


def test_every_operation_is_a_field_and_every_described_answer_a_type(open_proposed: Any) -> None:
    fields = sdl_fields(open_proposed(DESCRIPTION).sdl)
    assert fields["Query"] == {
        "getWell": "V1Well",
        "wells": "[V1Well!]",
        "wells_2": "JSON",
        "getCount": "Int",
    }
    assert fields["Mutation"] == {"putWellsById": "JSON"}
    assert fields["V1Well"] == {
        "id": "Long", "wellName": "String", "status": "V1WellStatus", "drilled": "Date", "u4F4Du7F6E": "V1WellU4F4Du7F6E",
        "query": "JSON", "near": "[V1Well!]", "aB": "String"}  # fmt: skip


async def test_a_get_is_answered_by_a_real_server(open_proposed: Any, department: LoopbackDepartment) -> None:
    well = {"id": 2**53 + 1, "well-name": "甲", "status": "in use", "drilled": "2026-01-05", "位置": {"纬度": 31.2},
            "query": {"a": [1]}, "near": [{"id": "x", "a.b": "y"}]}  # fmt: skip
    department.answer("GET", "/v1/wells/7", well)
    connector = open_proposed(DESCRIPTION)
    document = """{ getWell(id: 7, key: in_use, xTrace: "t")
        { id wellName status drilled u4F4Du7F6E { u7EACu5EA6 } query near { id aB } } }"""
    result = await connector.prepare(fetch(connector, document)).run({}, (), FetchContext(CITIZEN))
    assert result.errors == ()
    assert result.data["getWell"] == {
        "id": 2**53 + 1, "wellName": "甲", "status": "in_use", "drilled": "2026-01-05", "u4F4Du7F6E": {"u7EACu5EA6": 31.2},
        "query": {"a": [1]}, "near": [{"id": "x", "aB": "y"}]}  # fmt: skip
    seen = department.seen[0]
    assert (seen.query, seen.headers["X-Trace"], seen.headers["Accept"]) == (
        {"key": ["in use"]},
        "t",
        "application/json",
    )


def test_what_must_be_given_must_be_given_and_credentials_are_no_arguments() -> None:
    text = written(DESCRIPTION)[0].text
    assert "args: {id: Long!, key: V1WellStatus, xTrace: String}" in text
    assert "wellName: String!" in text
    assert "authorization" not in text
    assert "#   - {kind: apiKey, in: header, name: X-Key, value: " in text
    assert "#   - {kind: apiKey, in: header, name: Authorization, value: " in text


def test_names_do_not_depend_on_the_order_of_the_description() -> None:
    expected, _ = written(DESCRIPTION)
    for seed in range(5):
        shuffled = dict(DESCRIPTION)
        paths = list(DESCRIPTION["paths"].items())
        random.Random(seed).shuffle(paths)
        shuffled["paths"] = dict(paths)
        found, _ = written(shuffled)
        assert found.fields == expected.fields
        assert found.types == expected.types


def test_a_prefix_keeps_two_backends_words_apart(open_proposed: Any) -> None:
    fields = sdl_fields(open_proposed(DESCRIPTION, prefix="mnr").sdl)
    assert set(fields["Query"]) == {"mnrGetWell", "mnrWells", "mnrWells_2", "mnrGetCount"}
    assert "MnrV1Well" in fields


@pytest.mark.parametrize(
    "name", ["Query", "Citizen", "Matter", "String", "__Type", "1st", "姓名", "a b", "A.b«C»"]
)
def test_a_schema_may_be_called_anything(open_proposed: Any, name: str) -> None:
    schema = {"$ref": f"#/components/schemas/{name}"}
    described = {"openapi": "3.0.0", "paths": {"/a": {"get": {"operationId": name, "responses": ok(schema)}}},
                 "components": {"schemas": {name: {"type": "object", "properties": {"a": {"type": "string"}}}}}}  # fmt: skip
    fields = sdl_fields(open_proposed(described).sdl)
    assert list(fields.values()).count({"a": "String"}) == 1


@pytest.mark.parametrize(
    ("text", "name"),
    [("user_id", "user_id"), ("X-Trace-Id", "xTraceId"), ("a b", "aB"), ("1st", "_1st"), ("__x", "x"), ("Prénom", "prenom"),
     ("姓名", "u59D3u540D"), ("", "unnamed"), ("@type", "type")],
)  # fmt: skip
def test_names_of_fields(text: str, name: str) -> None:
    assert field_name(text) == name


def test_names_of_operations_types_and_enums() -> None:
    assert operation_name("GetUser") == "getUser"
    assert operation_name("a__b__get_") == "a_b_get"
    assert type_name("v3.departure-list") == "V3DepartureList"
    assert enum_names(["in use", "true", "1a"]) == {"in use": "in_use", "true": "TRUE", "1a": "_1a"}
    assert enum_names(["1", "2"]) is None, "numbers stay what they are"
    assert enum_names(["a b", "a-b"]) is None, "two would share a name"
    assert enum_names(["男", "女"]) is None, "Chinese says more than its code points"


@pytest.mark.parametrize(
    "text", ["no", "1", "a: b", "# x", "", '"', "\\", "x\ny", "\u2028", "😀", "\ud800", "null", "2026-01-05"]
)
def test_a_scalar_is_read_back_as_it_was(text: str) -> None:
    assert read(f"a: {{k: {scalar(text)}}}", "x").value["a"]["k"] == text.replace("\ud800", "\ufffd")
