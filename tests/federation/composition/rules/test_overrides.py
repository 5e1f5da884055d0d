"""OVERRIDE_*."""

from __future__ import annotations

from federation import Guard, compose, judge
from tests.federation.composition.objecting import codes, told
from tests.federation.in_memory import LINK


def test_a_subgraph_does_not_override_itself() -> None:
    assert codes(a='type Query { x: Int @override(from: "a") }')[0] == "OVERRIDE_FROM_SELF_ERROR"


def test_two_subgraphs_do_not_override_each_other() -> None:
    a, b = ('type Query { x: Int @override(from: "b") }', 'type Query { x: Int @override(from: "a") }')
    assert "OVERRIDE_SOURCE_HAS_OVERRIDE" in codes(a=a, b=b)


def test_a_label_is_a_share_in_percent_or_a_name() -> None:
    a = 'type Query { x: T } type T @key(fields: "id") { id: ID! y: Int }'
    b = 'type T @key(fields: "id") { id: ID! y: Int @override(from: "a", label: "LABEL") }'
    assert codes(a=a, b=b.replace("LABEL", "percent(20)")) == []
    assert codes(a=a, b=b.replace("LABEL", "beta:new")) == []
    assert codes(a=a, b=b.replace("LABEL", "percent(101)")) == ["OVERRIDE_LABEL_INVALID"]


def test_a_field_with_a_label_is_guarded_on_both_sides() -> None:
    a = 'type Query { x: T } type T @key(fields: "id") { id: ID! y: Int }'
    b = 'type T @key(fields: "id") { id: ID! y: Int @override(from: "a", label: "percent(20)") }'
    supergraph = compose({"a": LINK + a, "b": LINK + b})
    assert supergraph.views["a"]["T"].fields["y"].guard == Guard("percent(20)", active=False)
    assert supergraph.views["b"]["T"].fields["y"].guard == Guard("percent(20)", active=True)
    assert supergraph.override_labels == {"percent(20)": 20.0}


def test_a_field_is_reachable_whether_the_label_is_active_or_not() -> None:
    a = 'type Query { x: T } type T @key(fields: "id") { id: ID! y: Int }'
    b = 'type T @key(fields: "id", resolvable: false) { id: ID! y: Int @override(from: "a", label: "percent(20)") }'
    assert codes(a=a, b=b) == ["SATISFIABILITY_ERROR"]


def test_an_override_of_a_subgraph_that_does_not_exist_is_a_hint() -> None:
    composition = judge({"a": LINK + 'type Query { x: Int @override(from: "gone") }'})
    assert composition.supergraph is not None
    assert [o.code for o in composition.objections] == ["FROM_SUBGRAPH_DOES_NOT_EXIST"]


def test_an_override_and_a_requirement_exclude_each_other() -> None:
    a = 'type Query { x: T } type T @key(fields: "id") { id: ID! y: Int z: Int }'
    b = """type T @key(fields: "id") { id: ID! z: Int @external
           y: Int @override(from: "a") @requires(fields: "z") }"""
    assert "OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE" in codes(a=a, b=b)


def test_an_override_of_what_is_not_answered_there_any_more_is_a_hint() -> None:
    a = """type Query { t: T } type T @key(fields: "id") { id: ID! x: Int @external
           y: Int @requires(fields: "x") }"""
    b = 'type T @key(fields: "id") { id: ID! x: Int @override(from: "a") z: Int @override(from: "a") }'
    assert told(a=a, b=b) == [("OVERRIDE_DIRECTIVE_CAN_BE_REMOVED", ("b",))] * 2


def test_a_label_is_of_no_effect_where_the_field_is_not_answered_any_more() -> None:
    a = 'type Query { t: T } type T @key(fields: "id") { id: ID! x: Int }'
    b = 'type T @key(fields: "id") { id: ID! y: Int @override(from: "FROM", label: "percent(5)") }'
    assert told(a=a, b=b.replace("FROM", "a")) == [("OVERRIDE_DIRECTIVE_CAN_BE_REMOVED", ("b",))]
    assert told(a=a, b=b.replace("FROM", "gone")) == [("FROM_SUBGRAPH_DOES_NOT_EXIST", ("b",))]
    assert compose({"a": LINK + a, "b": LINK + b.replace("FROM", "a")}).override_labels == {}
