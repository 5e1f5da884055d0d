"""EXTERNAL_UNUSED."""

from __future__ import annotations

from tests.federation.composition.objecting import codes


def test_an_external_field_without_use_is_refused() -> None:
    a = 'type Query { x: T } type T @key(fields: "id") { id: ID! z: Int }'
    b = 'type T @key(fields: "id") { id: ID! z: Int @external }'
    assert codes(a=a, b=b) == ["EXTERNAL_UNUSED"]


def test_a_key_a_requirement_and_a_provision_are_uses() -> None:
    a = 'type Query { x: T } type T @key(fields: "id") { id: ID! z: Int @shareable }'
    b = """type T @key(fields: "id") { id: ID! z: Int @external y: Int @requires(fields: "z") }
           type Query { t: T @provides(fields: "z") }"""
    assert codes(a=a, b=b) == []
