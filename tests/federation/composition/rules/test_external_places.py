"""EXTERNAL_ON_INTERFACE, MERGED_DIRECTIVE_APPLICATION_ON_EXTERNAL."""

from __future__ import annotations

from tests.federation.composition.objecting import codes


def test_a_field_of_an_interface_is_not_external() -> None:
    a = "type Query { i: I } interface I { x: Int @external } type T implements I { x: Int }"
    assert "EXTERNAL_ON_INTERFACE" in codes(a=a)


def test_what_holds_for_the_graph_is_said_where_the_field_is_answered() -> None:
    a = 'type Query { t: T } type T @key(fields: "id") { id: ID! x: Int @inaccessible }'
    b = 'type T @key(fields: "id") { id: ID! x: Int @external SAID y: Int @requires(fields: "x") }'
    assert codes(a=a, b=b.replace("SAID", "")) == []
    for said in ("@inaccessible", '@tag(name: "t")'):
        assert codes(a=a, b=b.replace("SAID", said)) == ["MERGED_DIRECTIVE_APPLICATION_ON_EXTERNAL"]
