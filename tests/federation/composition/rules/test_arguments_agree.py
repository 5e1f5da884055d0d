"""Arguments."""

from __future__ import annotations

from tests.federation.composition.objecting import codes, objections


def test_an_argument_is_one_type() -> None:
    a, b = "type Query { x(n: Int): Int @shareable }", "type Query { x(n: ID): Int @shareable }"
    assert codes(a=a, b=b) == ["FIELD_ARGUMENT_TYPE_MISMATCH"]


def test_a_required_argument_exists_everywhere() -> None:
    a, b = "type Query { x(n: Int!): Int @shareable }", "type Query { x: Int @shareable }"
    assert codes(a=a, b=b) == ["REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH"]


def test_it_is_told_who_requires_an_argument_and_who_lacks_it() -> None:
    (objection,) = objections(
        a="type Query { x(n: Int): Int @shareable }",
        b="type Query { x(n: Int!): Int @shareable }",
        c="type Query { x: Int @shareable }",
    )
    assert objection.subgraphs == ("b", "c")
    assert objection.message == '"Query.x(n:)" is required in b, but missing in c.'
    assert (objection.line, objection.column) == (2, 16)
