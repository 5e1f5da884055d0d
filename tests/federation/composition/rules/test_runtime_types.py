"""SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES, INCONSISTENT_RUNTIME_TYPES_FOR_SHAREABLE_RETURN."""

from __future__ import annotations

from tests.federation.composition.objecting import codes, told

TYPES = "type S @shareable { x: Int } type T @shareable { x: Int } type V @shareable { x: Int }"


def sdl(members: str) -> str:
    return f"type Query {{ u: U @shareable }} union U = {members} {TYPES}"


def test_a_shared_field_that_never_gives_the_same_is_refused() -> None:
    assert codes(a=sdl("S"), b=sdl("T")) == ["SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES"]


def test_one_that_might_not_give_the_same_is_a_hint() -> None:
    named = [code for code, _ in told(a=sdl("S | T"), b=sdl("T | V"))]
    assert named[0] == "INCONSISTENT_RUNTIME_TYPES_FOR_SHAREABLE_RETURN"
    assert told(a=sdl("S | T"), b=sdl("T | S")) == []
