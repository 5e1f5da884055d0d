"""PROVIDES_INVALID_FIELDS."""

from __future__ import annotations

from tests.federation.composition.objecting import codes


def test_a_provision_names_fields_of_the_type_behind_the_field() -> None:
    sdl = 'type Query { x: T @provides(fields: "z") } type T @key(fields: "id") { id: ID! }'
    assert codes(a=sdl) == ["PROVIDES_INVALID_FIELDS"]


def test_a_leaf_provides_nothing() -> None:
    assert codes(a='type Query { x: Int @provides(fields: "z") }') == ["PROVIDES_ON_NON_OBJECT_FIELD"]


def test_a_provision_of_own_fields_only_is_refused() -> None:
    sdl = 'type Query { x: T @provides(fields: "z") } type T @key(fields: "id") { id: ID! z: Int }'
    assert codes(a=sdl) == ["PROVIDES_FIELDS_MISSING_EXTERNAL"]
