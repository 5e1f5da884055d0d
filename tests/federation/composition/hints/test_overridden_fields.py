"""OVERRIDDEN_FIELD_CAN_BE_REMOVED, OVERRIDE_MIGRATION_IN_PROGRESS."""

from __future__ import annotations

from tests.federation.composition.objecting import hints, told

A = 'type Query { t: T } type T @key(fields: "id") { id: ID! x: Int }'
B = 'type T @key(fields: "id") { id: ID! x: Int @override(from: "a") }'


def test_what_has_been_taken_over_can_go() -> None:
    (found,) = hints(a=A, b=B)
    assert (found.code, found.subgraphs) == ("OVERRIDDEN_FIELD_CAN_BE_REMOVED", ("a", "b"))
    assert found.fix == "Remove it, and then @override."


def test_what_an_interface_demands_becomes_external() -> None:
    a = 'type Query { t: T } interface I { x: Int } type T implements I @key(fields: "id") { id: ID! x: Int }'
    (found,) = hints(a=a, b=B)
    assert found.code == "OVERRIDDEN_FIELD_CAN_BE_REMOVED"
    assert found.fix.startswith("Mark it @external")


def test_what_a_label_moves_is_told_until_it_has_moved() -> None:
    b = B.replace('"a")', '"a", label: "percent(5)")')
    assert told(a=A, b=b) == [("OVERRIDE_MIGRATION_IN_PROGRESS", ("b", "a"))]
