"""@inaccessible."""

from __future__ import annotations

from tests.federation.composition.objecting import codes


def test_something_of_an_accessible_type_is_left() -> None:
    assert codes(a="type Query { x: T } type T { y: Int @inaccessible }") == ["ONLY_INACCESSIBLE_CHILDREN"]


def test_an_accessible_field_has_an_accessible_type() -> None:
    sdl = "type Query { x: T y: Int } type T @inaccessible { y: Int }"
    assert codes(a=sdl) == ["REFERENCED_INACCESSIBLE"]


def test_a_required_argument_is_accessible() -> None:
    assert codes(a="type Query { x(n: Int! @inaccessible): Int }") == ["REQUIRED_INACCESSIBLE"]
