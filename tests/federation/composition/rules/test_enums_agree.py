"""Enums by their use."""

from __future__ import annotations

from tests.federation.composition.objecting import codes, objections


def test_an_enum_used_both_ways_has_the_same_values_everywhere() -> None:
    a = "type Query { x(e: E): E } enum E { A B }"
    assert codes(a=a, b="enum E { A }") == ["ENUM_VALUE_MISMATCH"]


def test_it_is_told_who_lacks_which_value() -> None:
    (objection,) = objections(
        a="type Query { x(e: E): E } enum E { A B C }", b="enum E { A B }", c="enum E { A }"
    )
    assert objection.message.endswith("but B is missing in c; C is missing in b, c.")


def test_an_enum_of_answers_may_differ() -> None:
    assert codes(a="type Query { x: E } enum E { A B }", b="enum E { A }") == []


def test_an_enum_of_arguments_keeps_a_common_value() -> None:
    assert codes(a="type Query { x(e: E): Int } enum E { A }", b="enum E { B }") == ["EMPTY_MERGED_ENUM_TYPE"]


def test_a_hidden_value_may_be_missing_elsewhere() -> None:
    a = "type Query { x(e: E): E } enum E { A B @inaccessible }"
    assert codes(a=a, b="enum E { A }") == []
