"""INVALID_SHAREABLE_USAGE."""

from __future__ import annotations

from tests.federation.composition.objecting import codes


def test_a_field_of_an_interface_is_not_shareable() -> None:
    a = "type Query { i: I } interface I { x: Int @shareable } type T implements I { x: Int }"
    assert codes(a=a) == ["INVALID_SHAREABLE_USAGE"]


def test_shareable_is_said_once() -> None:
    assert codes(a="type Query { x: Int @shareable @shareable }") == ["INVALID_SHAREABLE_USAGE"]
    assert codes(a="type Query { x: Int @shareable }") == []
