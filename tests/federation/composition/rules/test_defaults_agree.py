"""One default value everywhere."""

from __future__ import annotations

from tests.federation.composition.objecting import codes


def test_an_argument_has_one_default() -> None:
    a, b = "type Query { x(n: Int = 1): Int @shareable }", "type Query { x(n: Int = 2): Int @shareable }"
    assert codes(a=a, b=b) == ["FIELD_ARGUMENT_DEFAULT_MISMATCH"]
    assert codes(a=a, b=a) == []


def test_a_field_of_an_input_has_one_default() -> None:
    a = "type Query { x(i: I): Int } input I { n: Int = 1 }"
    assert codes(a=a, b="input I { n: Int = 2 }") == ["INPUT_FIELD_DEFAULT_MISMATCH"]
