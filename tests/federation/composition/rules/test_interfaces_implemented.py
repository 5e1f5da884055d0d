"""INTERFACE_FIELD_NO_IMPLEM."""

from __future__ import annotations

from tests.federation.composition.objecting import codes


def test_an_object_has_every_field_of_its_interface() -> None:
    a = "type Query { x: I } interface I { n: Int } type T implements I { n: Int }"
    assert codes(a=a, b="interface I { m: Int }") == ["INTERFACE_FIELD_NO_IMPLEM"]
