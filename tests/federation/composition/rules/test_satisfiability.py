"""SATISFIABILITY_ERROR."""

from __future__ import annotations

from tests.federation.composition.objecting import codes, objections


def test_a_field_that_no_key_reaches_is_refused() -> None:
    a = 'type Query { x: T } type T @key(fields: "id") { id: ID! }'
    (found,) = objections(a=a, b='type T @key(fields: "no") { no: ID! far: Int }')[:1]
    assert found.code == "SATISFIABILITY_ERROR"
    assert '"T.no"' in found.message


def test_a_key_that_is_not_resolvable_is_no_way_in() -> None:
    a = 'type Query { x: T } type T @key(fields: "id") { id: ID! }'
    b = 'type T @key(fields: "id", resolvable: false) { id: ID! far: Int }'
    assert codes(a=a, b=b) == ["SATISFIABILITY_ERROR"]


def test_a_value_is_completed_through_every_parent_that_answers() -> None:
    a = "type Query { v: V @shareable } type V { x: Int }"
    b = "type Query { v: V @shareable } type V { y: Int }"
    assert codes(a=a, b=b) == []


def test_a_requirement_is_obtainable() -> None:
    a = 'type Query { x: T } type T @key(fields: "id") { id: ID! }'
    b = 'type T @key(fields: "id") { id: ID! z: Int @external y: Int @requires(fields: "z") }'
    c = 'type T @key(fields: "no") { no: ID! z: Int }'
    assert "SATISFIABILITY_ERROR" in codes(a=a, b=b, c=c)
