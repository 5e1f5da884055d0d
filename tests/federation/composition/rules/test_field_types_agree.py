"""FIELD_TYPE_MISMATCH."""

from __future__ import annotations

from tests.federation.composition.objecting import codes


def test_a_field_is_one_type() -> None:
    a, b = "type Query { x: Int @shareable }", "type Query { x: String @shareable }"
    assert codes(a=a, b=b) == ["FIELD_TYPE_MISMATCH"]


def test_nullability_and_subtypes_may_differ() -> None:
    a = "type Query { x: [I!]! @shareable } interface I { n: Int } type A implements I { n: Int @shareable }"
    b = "type Query { x: [A] @shareable } type A { n: Int @shareable }"
    assert codes(a=a, b=b) == []


def test_an_external_field_is_of_the_type_it_has_elsewhere() -> None:
    a = 'type Query { x: T } type T @key(fields: "id") { id: ID! z: String }'
    b = 'type T @key(fields: "id") { id: ID! z: Int @external y: Int @requires(fields: "z") }'
    assert codes(a=a, b=b) == ["EXTERNAL_TYPE_MISMATCH"]
