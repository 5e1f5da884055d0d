"""REQUIRES_INVALID_FIELDS."""

from __future__ import annotations

from tests.federation.composition.objecting import codes


def test_a_requirement_names_declared_fields() -> None:
    sdl = 'type Query { x: T } type T @key(fields: "id") { id: ID! y: Int @requires(fields: "z") }'
    assert codes(a=sdl) == ["REQUIRES_INVALID_FIELDS"]


def test_a_requirement_of_own_fields_only_is_refused() -> None:
    sdl = 'type Query { x: T } type T @key(fields: "id") { id: ID! z: Int y: Int @requires(fields: "z") }'
    assert codes(a=sdl) == ["REQUIRES_FIELDS_MISSING_EXTERNAL"]
