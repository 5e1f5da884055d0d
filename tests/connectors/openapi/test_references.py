"""References: across files, moved, remote, dangling, cyclic; each that fails is told with its place."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from connectors.openapi.document import Document
from connectors.openapi.operations import RestOperation, read_operations

OK = {"description": "ok", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Firm"}}}}
FIRM = {"type": "object", "properties": {"name": {"type": "string"}}}


def read(root: dict[str, Any], **beside: Any) -> tuple[dict[str, RestOperation], Document]:
    files = {"api.json": json.dumps(root).encode()}
    files.update({name: json.dumps(value).encode() for name, value in beside.items()})
    document = Document(files, "api.json")
    return read_operations(document), document


def codes(document: Document) -> list[str]:
    return [found.code for found in document.findings() if found.severity != "info"]


def with_schema(schema: Any, **more: Any) -> tuple[RestOperation, Document]:
    content = {"content": {"application/json": {"schema": schema}}}
    found, document = read(
        {
            "openapi": "3.0.0",
            "paths": {"/a": {"get": {"operationId": "a", "responses": {"200": content}}}},
            **more,
        }
    )
    return found["a"], document


def test_every_kind_of_part_may_stand_in_another_file() -> None:
    root = {
        "openapi": "3.0.0",
        "paths": {"/firms/{id}": {"$ref": "paths/firm.json"}},
    }
    path = {
        "parameters": [{"$ref": "../parts.json#/id"}],
        "put": {
            "operationId": "putFirm",
            "requestBody": {"$ref": "../parts.json#/body"},
            "responses": {"200": {"$ref": "../parts.json#/answer"}},
        },
    }
    parts = {
        "id": {"name": "id", "in": "path", "required": True, "schema": {"$ref": "#/no"}},
        "no": {"type": "integer"},
        "body": {"content": {"application/json": {"schema": {"$ref": "schemas/firm.json"}}}},
        "answer": {"content": {"application/json": {"schema": {"$ref": "schemas/firm.json"}}}},
    }
    found, document = read(root, **{"paths/firm.json": path, "parts.json": parts, "schemas/firm.json": FIRM})
    put = found["putFirm"]
    assert put.parameters["id"].described.shape == "integer"
    assert put.body is not None
    assert set(put.body.described.fields) == {"name"}
    assert put.described.answer.name == "firm", "named after its file"
    assert codes(document) == []


def test_a_dangling_reference_costs_its_part_and_is_told_with_its_line() -> None:
    text = b'{"openapi": "3.0.0", "paths": {"/a": {"get": {"operationId": "a", "responses": {"200":\n {"$ref": "#/components/nowhere"}}}}}}'
    document = Document({"api.json": text}, "api.json")
    found = read_operations(document)["a"]
    assert found.described.answer.shape == "opaque"
    told = next(found for found in document.findings() if found.severity != "info")
    assert (told.code, told.file, told.line, told.column) == ("ref.dangling", "api.json", 2, 3)
    assert told.fix


def test_a_remote_reference_is_never_fetched() -> None:
    found, document = with_schema({"$ref": "http://169.254.169.254/latest#/x"})
    assert found.described.answer.shape == "opaque"
    assert codes(document) == ["ref.remote"]


def test_what_moved_between_versions_is_found_where_it_stands() -> None:
    found, document = with_schema({"$ref": "#/definitions/Firm"}, components={"schemas": {"Firm": FIRM}})
    assert set(found.described.answer.fields) == {"name"}
    assert codes(document) == ["ref.moved"]
    assert document.findings()[0].fix == "#/components/schemas/Firm"


def test_a_reference_that_leads_to_itself_ends() -> None:
    found, document = with_schema(
        {"$ref": "#/components/schemas/A"},
        components={
            "schemas": {"A": {"$ref": "#/components/schemas/B"}, "B": {"$ref": "#/components/schemas/A"}}
        },
    )
    assert found.described.answer.shape == "opaque"
    assert codes(document) == ["ref.cycle"]


def test_a_pointer_may_lead_through_another_reference() -> None:
    found, _ = with_schema(
        {"$ref": "#/components/schemas/Alias/properties/name"},
        components={"schemas": {"Alias": {"$ref": "#/components/schemas/Firm"}, "Firm": FIRM}},
    )
    assert found.described.answer.shape == "string"


def test_words_beside_a_reference_hold() -> None:
    schema = {
        "type": "object",
        "properties": {"firm": {"$ref": "#/components/schemas/Firm", "description": "雇主"}},
    }
    found, _ = with_schema(schema, components={"schemas": {"Firm": FIRM}})
    firm = found.described.answer.fields["firm"]
    assert (firm.description, firm.name) == ("雇主", "Firm")


def test_methods_beside_a_path_s_reference_are_no_fewer() -> None:
    root = {
        "openapi": "3.1.0",
        "paths": {"/a": {"$ref": "#/components/pathItems/A", "post": {"operationId": "postA"}}},
        "components": {"pathItems": {"A": {"get": {"operationId": "getA"}}}},
    }
    assert set(read(root)[0]) == {"getA", "postA"}


NOWHERE = {"$ref": "#/components/nowhere/X"}
PART = {"type": "object", "properties": {"kind": {"type": "string"}}}
ONE_OF = {
    "oneOf": [{"$ref": "#/components/schemas/Firm"}, {"$ref": "#/components/schemas/Part"}],
    "discriminator": {"propertyName": "kind", "mapping": {"firm": "Firm", "part": "Prat"}},
}
OPERATION = ("paths", "/a", "post")
ANSWER = (*OPERATION, "responses", "200")
IN_JSON = ("content", "application/json")
XML = {"application/xml": {"schema": NOWHERE}}
PLACES: dict[str, tuple[tuple[str, ...], Any]] = {
    "path": (("paths", "/b"), NOWHERE),
    "path's parameter": (("paths", "/a", "parameters"), [NOWHERE]),
    "parameter": ((*OPERATION, "parameters"), [NOWHERE]),
    "parameter's content": (
        (*OPERATION, "parameters"),
        [{"name": "q", "in": "query", "content": {"application/json": NOWHERE}}],
    ),
    "body": ((*OPERATION, "requestBody"), NOWHERE),
    "body's second medium": ((*OPERATION, "requestBody"), {"content": {**OK["content"], **XML}}),  # type: ignore[dict-item]
    "answer": (ANSWER, NOWHERE),
    "answer of an error": ((*OPERATION, "responses", "404"), {"description": "none", "content": XML}),
    "header": ((*ANSWER, "headers"), {"X-Count": NOWHERE}),
    "example": ((*ANSWER, *IN_JSON, "examples"), {"one": NOWHERE}),
    "callback": ((*OPERATION, "callbacks"), {"done": {"{$request.body#/url}": {"post": NOWHERE}}}),
    "unused schema": (("components", "schemas", "Other"), {"properties": {"$ref": FIRM, "part": NOWHERE}}),
    "mapping": ((*ANSWER, *IN_JSON, "schema"), ONE_OF),
    "mapping of an unused schema": (("components", "schemas", "Other"), ONE_OF),
}


def _sound() -> dict[str, Any]:
    path = {"post": {"operationId": "a", "responses": {"200": copy.deepcopy(OK)}}}
    schemas = {"Firm": FIRM, "Part": PART}
    return {"openapi": "3.0.0", "paths": {"/a": path}, "components": {"schemas": schemas}}


@pytest.mark.parametrize("place", PLACES)
def test_nothing_is_lost_in_silence_wherever_a_reference_stands(place: str) -> None:
    root = _sound()
    (*way, last), part = PLACES[place]
    holder = root
    for step in way:
        holder = holder[step]
    holder[last] = part
    _, document = read(root)
    dangling = [found for found in document.findings() if found.code == "ref.dangling"]
    text = json.dumps(root)
    wrong = '"part": "Prat"' if place.startswith("mapping") else '"$ref": "#/components/nowhere/X"'
    assert [(found.line, found.column) for found in dangling] == [(1, text.index(wrong) + 1)]
    assert all(found.fix for found in dangling)


def test_an_examples_data_is_no_description() -> None:
    root = _sound()
    root["components"]["schemas"]["Firm"] = {
        **FIRM,
        "example": NOWHERE,
        "x-made-by": NOWHERE,
        "default": NOWHERE,
    }
    root["paths"]["/a"]["post"]["responses"]["200"]["content"]["application/json"]["examples"] = {
        "one": {"value": NOWHERE}
    }
    _, document = read(root)
    assert codes(document) == []
