"""INCONSISTENT_ARGUMENT_PRESENCE, INCONSISTENT_INPUT_OBJECT_FIELD."""

from __future__ import annotations

from tests.federation.composition.objecting import told


def test_an_argument_that_one_subgraph_lacks_is_told() -> None:
    a, b = "type Query { x(n: Int, m: Int): Int @shareable }", "type Query { x(m: Int): Int @shareable }"
    assert told(a=a, b=b) == [("INCONSISTENT_ARGUMENT_PRESENCE", ("a", "b"))]
    assert told(a=a, b=a) == []


def test_who_does_not_answer_the_field_any_more_need_not_know_its_arguments() -> None:
    a = 'type Query { t: T } type T @key(fields: "id") { id: ID! x(n: Int): Int }'
    b = 'type T @key(fields: "id") { id: ID! x: Int @override(from: "a") }'
    assert told(a=a, b=b) == [("OVERRIDDEN_FIELD_CAN_BE_REMOVED", ("a", "b"))]


def test_a_field_of_an_input_that_one_subgraph_lacks_is_told() -> None:
    a = "type Query { x(i: I): Int } input I { n: Int m: Int }"
    assert told(a=a, b="input I { n: Int }") == [("INCONSISTENT_INPUT_OBJECT_FIELD", ("a", "b"))]
    assert told(a=a, b="input I { n: Int m: Int }") == []
