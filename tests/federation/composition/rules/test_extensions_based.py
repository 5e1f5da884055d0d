"""EXTENSION_WITH_NO_BASE."""

from __future__ import annotations

from federation import judge
from tests.federation.in_memory import LINK

A = 'type Query { t: T } extend type T @key(fields: "id") { id: ID! @external x: Int }'


def test_in_federation_1_something_is_there_to_be_extended() -> None:
    assert [o.code for o in judge({"a": A}).objections] == ["EXTENSION_WITH_NO_BASE"]
    assert judge({"a": A, "b": 'type T @key(fields: "id") { id: ID! }'}).supergraph is not None


def test_in_federation_2_an_extension_is_a_definition() -> None:
    assert judge({"a": LINK + A.replace(" @external", "")}).supergraph is not None


def test_roots_need_no_definition() -> None:
    assert judge({"a": "extend type Query { x: Int }"}).supergraph is not None
