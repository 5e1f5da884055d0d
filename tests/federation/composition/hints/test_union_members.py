"""INCONSISTENT_UNION_MEMBER."""

from __future__ import annotations

from tests.federation.composition.objecting import told


def test_a_member_of_a_union_that_one_subgraph_lacks_is_told() -> None:
    types = "type A @shareable { x: Int } type B @shareable { x: Int }"
    a, b = f"type Query {{ u: U }} union U = A | B {types}", f"union U = A {types}"
    assert told(a=a, b=b) == [("INCONSISTENT_UNION_MEMBER", ("a", "b"))]
    assert told(a=a, b=f"union U = B | A {types}") == []
