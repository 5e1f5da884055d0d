"""EXTERNAL_MISSING_ON_BASE."""

from __future__ import annotations

from tests.federation.composition.objecting import codes


def test_an_external_field_is_answered_somewhere() -> None:
    sdl = 'type Query { x: T } type T @key(fields: "id") { id: ID! z: Int @external y: Int @requires(fields: "z") }'
    assert codes(a=sdl) == ["EXTERNAL_MISSING_ON_BASE"]
