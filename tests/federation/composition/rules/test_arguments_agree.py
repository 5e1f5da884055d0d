"""Arguments."""

from __future__ import annotations

from tests.federation.composition.objecting import codes


def test_an_argument_is_one_type() -> None:
    a, b = "type Query { x(n: Int): Int @shareable }", "type Query { x(n: ID): Int @shareable }"
    assert codes(a=a, b=b) == ["FIELD_ARGUMENT_TYPE_MISMATCH"]


def test_a_required_argument_exists_everywhere() -> None:
    a, b = "type Query { x(n: Int!): Int @shareable }", "type Query { x: Int @shareable }"
    assert codes(a=a, b=b) == ["REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH"]
