"""INVALID_FIELD_SHARING."""

from __future__ import annotations

from tests.federation.composition.objecting import codes, objections


def test_two_answers_need_shareable_on_both_sides() -> None:
    (found,) = objections(a="type Query { x: Int @shareable }", b="type Query { x: Int }")
    assert (found.code, found.subgraphs) == ("INVALID_FIELD_SHARING", ("b", "a"))


def test_keys_are_shared_without_saying_so() -> None:
    a = 'type Query { x: T } type T @key(fields: "id") { id: ID! }'
    assert codes(a=a, b='type T @key(fields: "id") { id: ID! y: Int }') == []


def test_an_override_ends_the_sharing() -> None:
    assert codes(a="type Query { x: Int }", b='type Query { x: Int @override(from: "a") }') == []
