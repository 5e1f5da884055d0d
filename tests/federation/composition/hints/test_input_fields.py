"""INCONSISTENT_INPUT_OBJECT_FIELD."""

from __future__ import annotations

from tests.federation.composition.objecting import told


def test_a_field_of_an_input_that_one_subgraph_lacks_is_told() -> None:
    a = "type Query { x(i: I): Int } input I { n: Int m: Int }"
    assert told(a=a, b="input I { n: Int }") == [("INCONSISTENT_INPUT_OBJECT_FIELD", ("a", "b"))]
    assert told(a=a, b="input I { n: Int m: Int }") == []
