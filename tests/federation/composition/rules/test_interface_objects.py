"""INTERFACE_OBJECT_UNSUPPORTED."""

from __future__ import annotations

from tests.federation.composition.objecting import codes


def test_an_interface_object_is_refused_clearly() -> None:
    sdl = 'type Query { x: T } type T @key(fields: "id") @federation__interfaceObject { id: ID! }'
    assert codes(a=sdl) == ["INTERFACE_OBJECT_UNSUPPORTED"]
