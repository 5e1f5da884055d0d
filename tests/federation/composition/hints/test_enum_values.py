"""INCONSISTENT_ENUM_VALUE_FOR_INPUT_ENUM, INCONSISTENT_ENUM_VALUE_FOR_OUTPUT_ENUM."""

from __future__ import annotations

from tests.federation.composition.objecting import told


def test_a_value_to_send_that_one_subgraph_lacks_is_told() -> None:
    a = "type Query { x(e: E): Int } enum E { A B }"
    assert told(a=a, b="enum E { A }") == [("INCONSISTENT_ENUM_VALUE_FOR_INPUT_ENUM", ("a", "b"))]
    assert told(a=a, b="enum E { B A }") == []


def test_a_value_to_be_sent_that_one_subgraph_lacks_is_told() -> None:
    a = "type Query { x: E } enum E { A }"
    assert told(a=a, b="enum E { A B }") == [("INCONSISTENT_ENUM_VALUE_FOR_OUTPUT_ENUM", ("b", "a"))]
