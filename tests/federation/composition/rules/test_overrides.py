"""OVERRIDE_*."""

from __future__ import annotations

from tests.federation.composition.objecting import codes


def test_a_subgraph_does_not_override_itself() -> None:
    assert codes(a='type Query { x: Int @override(from: "a") }')[0] == "OVERRIDE_FROM_SELF_ERROR"


def test_two_subgraphs_do_not_override_each_other() -> None:
    a, b = ('type Query { x: Int @override(from: "b") }', 'type Query { x: Int @override(from: "a") }')
    assert "OVERRIDE_SOURCE_HAS_OVERRIDE" in codes(a=a, b=b)


def test_a_label_is_refused_clearly() -> None:
    b = 'type Query { x: Int @override(from: "a", label: "percent(5)") }'
    assert "OVERRIDE_LABEL_UNSUPPORTED" in codes(a="type Query { x: Int @shareable }", b=b)
