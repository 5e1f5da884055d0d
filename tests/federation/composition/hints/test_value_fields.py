"""INCONSISTENT_OBJECT_VALUE_TYPE_FIELD, INCONSISTENT_INTERFACE_VALUE_TYPE_FIELD."""

from __future__ import annotations

from tests.federation.composition.objecting import told

A = "type Query { v: V @shareable } type V @shareable { x: Int y: Int }"


def test_a_field_of_a_value_type_that_one_subgraph_lacks_is_told() -> None:
    b = "type Query { v: V @shareable } type V @shareable { x: Int }"
    assert told(a=A, b=b) == [("INCONSISTENT_OBJECT_VALUE_TYPE_FIELD", ("a", "b"))]
    assert told(a=A, b=A) == []


def test_a_subgraph_that_only_names_fields_of_others_lacks_none() -> None:
    a = 'type Query { t: T } type T @key(fields: "id") { id: ID! v: V } type V { x: Int y: Int }'
    b = """type T @key(fields: "id") { id: ID! v: V @external z: Int @requires(fields: "v { x }") }
           type V { x: Int @external }"""
    assert told(a=a, b=b) == []


def test_a_field_of_an_interface_that_one_subgraph_lacks_is_told() -> None:
    a = "type Query { i: I } interface I { x: Int y: Int } type V implements I @shareable { x: Int y: Int }"
    b = "interface I { x: Int } type V implements I @shareable { x: Int y: Int }"
    assert told(a=a, b=b) == [("INCONSISTENT_INTERFACE_VALUE_TYPE_FIELD", ("a", "b"))]


def test_entities_and_roots_are_parted_among_subgraphs_by_design() -> None:
    a = 'type Query { t: T } type T @key(fields: "id") { id: ID! x: Int }'
    b = 'type Query { u: T } type T @key(fields: "id") { id: ID! y: Int }'
    assert told(a=a, b=b) == []
