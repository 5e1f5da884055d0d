"""Input objects."""

from __future__ import annotations

from tests.federation.composition.objecting import codes, objections


def test_a_required_field_exists_everywhere() -> None:
    a = "type Query { x(i: I): Int } input I { a: Int b: Int! }"
    assert codes(a=a, b="input I { a: Int }") == ["REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH"]


def test_it_is_told_who_requires_a_field_and_who_lacks_it() -> None:
    (objection,) = objections(
        a="type Query { x(i: I): Int } input I { a: Int b: Int }",
        b="input I { a: Int b: Int! }",
        c="input I { a: Int }",
    )
    assert objection.subgraphs == ("b", "c")
    assert objection.message == '"I.b" is required in b, but missing in c.'
    assert (objection.line, objection.column) == (2, 18)


def test_a_field_is_one_type() -> None:
    a = "type Query { x(i: I): Int } input I { a: Int b: Int }"
    assert codes(a=a, b="input I { a: Int b: ID }") == ["FIELD_TYPE_MISMATCH"]


def test_something_is_left_of_an_input() -> None:
    a = "type Query { x(i: I): Int } input I { a: Int }"
    assert codes(a=a, b="input I { b: Int }") == ["EMPTY_MERGED_INPUT_TYPE"]
