"""Directives are defined, imported or built in."""

from __future__ import annotations

from federation import compose
from tests.federation.composition.objecting import codes, objections


def test_a_federation_directive_has_to_be_imported() -> None:
    (found,) = objections(a="type Query { x: Int @authenticated }")
    assert (found.code, found.line, found.column) == ("INVALID_GRAPHQL", 2, 21)
    assert "@federation__authenticated" in found.fix


def test_a_directive_that_nobody_defines_is_refused() -> None:
    assert codes(a="type Query { x: Int @nothing }") == ["INVALID_GRAPHQL"]


def test_an_own_directive_is_defined() -> None:
    assert codes(a="directive @mine on FIELD_DEFINITION type Query { x: Int @mine }") == []


def test_version_1_knows_federation_without_importing() -> None:
    assert compose({"a": 'type Query { x: T } type T @key(fields: "id") { id: ID! }'})
