"""INVALID_GRAPHQL by directives."""

from __future__ import annotations

import pytest

from tests.federation.composition.objecting import codes


@pytest.mark.parametrize(
    "field",
    [
        'x: Int @key(fields: "id")',
        "x: Int @inaccessible @inaccessible",
        'x: Int @tag(name: "a", colour: "red")',
        "x: Int @tag",
    ],
    ids=["not there", "not twice", "not with that argument", "not without its argument"],
)
def test_a_directive_stands_where_and_as_its_definition_says(field: str) -> None:
    assert "INVALID_GRAPHQL" in codes(a=f"type Query {{ {field} }}")


def test_a_directive_that_may_stand_twice_does() -> None:
    assert codes(a='type Query { x: Int @tag(name: "a") @tag(name: "b") }') == []


def test_a_subgraphs_own_definitions_count_as_well() -> None:
    assert codes(a="directive @own on OBJECT type Query { x: Int @own }") == ["INVALID_GRAPHQL"]
    assert codes(a="directive @own on FIELD_DEFINITION type Query { x: Int @own }") == []
