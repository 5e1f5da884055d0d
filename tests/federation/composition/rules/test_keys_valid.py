"""KEY_INVALID_FIELDS."""

from __future__ import annotations

from tests.federation.composition.objecting import codes


def test_a_key_names_declared_fields() -> None:
    assert codes(a='type Query { x: T } type T @key(fields: "no") { id: ID! }') == ["KEY_INVALID_FIELDS"]


def test_a_key_that_does_not_parse_is_refused() -> None:
    assert codes(a='type Query { x: T } type T @key(fields: "id {") { id: ID! }') == ["KEY_INVALID_FIELDS"]


def test_an_object_in_a_key_needs_a_selection() -> None:
    sdl = 'type Query { x: T } type T @key(fields: "org") { org: Org } type Org { no: ID! }'
    assert codes(a=sdl) == ["KEY_INVALID_FIELDS"]
