"""Input objects."""

from __future__ import annotations

from tests.federation.composition.objecting import codes


def test_a_required_field_exists_everywhere() -> None:
    a = "type Query { x(i: I): Int } input I { a: Int b: Int! }"
    assert codes(a=a, b="input I { a: Int }") == ["REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH"]


def test_a_field_is_one_type() -> None:
    a = "type Query { x(i: I): Int } input I { a: Int b: Int }"
    assert codes(a=a, b="input I { a: Int b: ID }") == ["FIELD_TYPE_MISMATCH"]


def test_something_is_left_of_an_input() -> None:
    a = "type Query { x(i: I): Int } input I { a: Int }"
    assert codes(a=a, b="input I { b: Int }") == ["EMPTY_MERGED_INPUT_TYPE"]
