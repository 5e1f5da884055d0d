"""Schemas told as shapes: combinations, recursion, synonyms, examples."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.backend import Described
from tests.connectors.openapi.test_references import codes, with_schema


def told(schema: Any, **schemas: Any) -> Described:
    return with_schema(schema, components={"schemas": schemas})[0].described.answer


def test_a_type_that_leads_back_to_itself_is_told_all_the_way() -> None:
    parts = {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}
    tree = {"type": "object", "properties": {"name": {"type": "string"}, "parts": parts}}
    answer = told({"$ref": "#/components/schemas/Tree"}, Tree=tree)
    inner = answer.fields["parts"].item
    assert inner is not None
    assert inner.fields is answer.fields, "one and the same type"


def test_a_list_of_itself_has_an_end() -> None:
    answer = told(
        {"$ref": "#/components/schemas/L"}, L={"type": "array", "items": {"$ref": "#/components/schemas/L"}}
    )
    assert answer.item == Described("opaque")


def test_one_of_several_objects_is_an_object_with_the_fields_of_all() -> None:
    cat = {
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"type": "string"}, "lives": {"type": "integer"}},
    }
    dog = {
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"type": "string"}, "lives": {"type": "string"}},
    }
    answer = told(
        {"oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}]},
        Cat=cat,
        Dog=dog,
    )
    assert {name: field.shape for name, field in answer.fields.items()} == {
        "kind": "string",
        "lives": "string",
    }
    assert answer.required == frozenset(), "either may be absent"


def test_a_discriminator_brings_its_property_and_the_types_it_maps_to() -> None:
    discriminator = {"propertyName": "kind", "mapping": {"cat": "#/components/schemas/Cat"}}
    pet = {"type": "object", "discriminator": discriminator, "properties": {"name": {"type": "string"}}}
    cat = {
        "allOf": [
            {"$ref": "#/components/schemas/Pet"},
            {"type": "object", "properties": {"lives": {"type": "integer"}}},
        ]
    }
    assert set(told({"$ref": "#/components/schemas/Pet"}, Pet=pet, Cat=cat).fields) == {
        "name",
        "lives",
        "kind",
    }


def test_all_of_one_reference_is_that_type() -> None:
    firm = {"type": "object", "properties": {"name": {"type": "string"}}}
    one = {"$ref": "#/components/schemas/Firm"}
    answer = told(
        {"type": "object", "properties": {"a": one, "b": {"allOf": [one], "nullable": True}}}, Firm=firm
    )
    assert answer.fields["a"].fields is answer.fields["b"].fields
    assert answer.fields["b"].name == "Firm"


@pytest.mark.parametrize(
    ("schema", "shape"),
    [
        ({"type": ["integer", "null"]}, "integer"),
        ({"type": ["integer", "string"]}, "string"),
        ({"oneOf": [{"type": "integer"}, {"type": "number"}]}, "number"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "string"),
        ({"type": "String"}, "string"),
        ({"type": "int"}, "integer"),
        ({"type": "double"}, "number"),
        ({"enum": ["a", "b"]}, "string"),
        ({"const": 1}, "integer"),
        ({"items": {"type": "string"}}, "list"),
        ({"properties": {"a": {"type": "string"}}}, "object"),
        ({"type": "array"}, "list"),
        ({"type": "object", "additionalProperties": {"type": "string"}}, "opaque"),
        ({"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}, "opaque"),
        ({"type": "object", "example": {"a": 1, "b": [{"c": "x"}]}}, "object"),
        ({}, "opaque"),
        (True, "opaque"),
        ("words", "opaque"),
    ],
)
def test_types_as_people_write_them(schema: Any, shape: str) -> None:
    assert told(schema).shape == shape


def test_a_type_that_is_none_is_told_with_a_fix() -> None:
    answer, document = with_schema({"type": "object", "properties": {"a": {"type": "klingon"}}})
    assert answer.described.answer.fields["a"].shape == "opaque"
    assert codes(document) == ["schema.type"]


def test_an_example_in_the_place_of_a_schema_gives_the_shape() -> None:
    schema = {"type": "object", "example": {"total": 3000000000, "items": [{"a": 1}, {"b": None, "a": 1.5}]}}
    answer = told(schema)
    assert answer.fields["total"].format == "int64"
    item = answer.fields["items"].item
    assert item is not None
    assert {name: field.shape for name, field in item.fields.items()} == {"a": "number", "b": "opaque"}


def test_schemas_nested_beyond_reason_end() -> None:
    schema: Any = {"type": "string"}
    for _ in range(150):
        schema = {"type": "array", "items": schema}
    described = told(schema)
    for _ in range(100):
        described = described.item or described
    assert described.shape == "opaque"
