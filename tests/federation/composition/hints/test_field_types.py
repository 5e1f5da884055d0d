"""INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE."""

from __future__ import annotations

from tests.federation.composition.objecting import hints


def test_a_field_that_one_subgraph_does_not_promise_is_told_where_it_is_promised() -> None:
    a, b = "type Query { x: Int @shareable }", "type Query { x: Int! @shareable }"
    (found,) = hints(a=a, b=b)
    assert found.code == "INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE"
    assert found.subgraphs == ("b", "a")
    assert found.message == '"Query.x" is Int in the graph, but Int! in b.'
    assert hints(a=a, b=a) == []


def test_so_is_an_object_instead_of_its_interface() -> None:
    types = "interface I { n: Int } type T implements I @shareable { n: Int }"
    a, b = f"type Query {{ x: I @shareable }} {types}", f"type Query {{ x: T @shareable }} {types}"
    found = hints(a=a, b=b)
    assert [each.message for each in found if each.code == "INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE"] == [
        '"Query.x" is I in the graph, but T in b.'
    ]


def test_so_is_a_field_of_an_input_that_is_required_in_one_subgraph() -> None:
    a = "type Query { x(i: I): Int } input I { n: Int! }"
    (found,) = hints(a=a, b="input I { n: Int }")
    assert (found.code, found.subgraphs) == ("INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE", ("b", "a"))


def test_what_has_been_overridden_may_be_of_another_type() -> None:
    a = 'type Query { t: T } type T @key(fields: "id") { id: ID! x: Int! }'
    b = 'type T @key(fields: "id") { id: ID! x: Int @override(from: "a") }'
    assert [each.code for each in hints(a=a, b=b)] == ["OVERRIDDEN_FIELD_CAN_BE_REMOVED"]
