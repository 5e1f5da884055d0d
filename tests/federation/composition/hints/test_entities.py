"""INCONSISTENT_ENTITY."""

from __future__ import annotations

from tests.federation.composition.objecting import told


def test_a_type_that_has_a_key_in_one_subgraph_only_is_told() -> None:
    a = 'type Query { t: T } type T @key(fields: "id") { id: ID! x: Int }'
    b = "type Query { u: T } type T { id: ID! @shareable }"
    assert told(a=a, b=b) == [("INCONSISTENT_ENTITY", ("b", "a"))]


def test_a_key_by_which_nobody_enters_is_a_key() -> None:
    a = 'type Query { t: T } type T @key(fields: "id") { id: ID! x: Int }'
    b = 'type Query { u: T } type T @key(fields: "id", resolvable: false) { id: ID! }'
    assert told(a=a, b=b) == []
