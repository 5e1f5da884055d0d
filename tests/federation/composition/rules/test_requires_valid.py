"""REQUIRES_INVALID_FIELDS."""

from __future__ import annotations

from tests.federation.composition.objecting import codes


def test_a_requirement_names_declared_fields() -> None:
    sdl = 'type Query { x: T } type T @key(fields: "id") { id: ID! y: Int @requires(fields: "z") }'
    assert codes(a=sdl) == ["REQUIRES_INVALID_FIELDS"]
