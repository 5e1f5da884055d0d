"""INCONSISTENT_BUT_COMPATIBLE_ARGUMENT_TYPE."""

from __future__ import annotations

from tests.federation.composition.objecting import hints


def test_an_argument_that_is_required_in_one_subgraph_is_told_where_it_is_not() -> None:
    a, b = "type Query { x(n: [Int]!): Int @shareable }", "type Query { x(n: [Int]): Int @shareable }"
    (found,) = hints(a=a, b=b)
    assert found.code == "INCONSISTENT_BUT_COMPATIBLE_ARGUMENT_TYPE"
    assert found.subgraphs == ("b", "a")
    assert found.message == '"Query.x(n:)" is [Int]! in the graph, but [Int] in b.'
    assert hints(a=a, b=a) == []
