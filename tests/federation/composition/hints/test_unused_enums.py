"""UNUSED_ENUM_TYPE."""

from __future__ import annotations

from tests.federation.composition.objecting import told


def test_an_enum_that_nothing_uses_is_told() -> None:
    assert told(a="type Query { x: Int } enum E { A }") == [("UNUSED_ENUM_TYPE", ("a",))]
    assert told(a="type Query { x: E } enum E { A }") == []
    assert told(a="type Query { x(e: [E!]): Int } enum E { A }") == []
