"""INCONSISTENT_DEFAULT_VALUE_PRESENCE."""

from __future__ import annotations

from federation import compose
from tests.federation.composition.objecting import codes, told
from tests.federation.in_memory import LINK

WITH, WITHOUT = "type Query { x(n: Int = 1): Int @shareable }", "type Query { x(n: Int): Int @shareable }"


def test_a_default_that_one_subgraph_lacks_is_told_and_is_not_the_graphs() -> None:
    assert told(a=WITHOUT, b=WITH) == [("INCONSISTENT_DEFAULT_VALUE_PRESENCE", ("b", "a"))]
    assert told(a=WITH, b=WITH) == []
    assert "x(n: Int): Int" in compose({"a": LINK + WITH, "b": LINK + WITHOUT}).api_sdl
    assert "x(n: Int = 1): Int" in compose({"a": LINK + WITH, "b": LINK + WITH}).api_sdl


def test_so_is_the_default_of_an_input_field() -> None:
    a = "type Query { x(i: I): Int } input I { n: Int = 1 }"
    assert told(a=a, b="input I { n: Int }") == [("INCONSISTENT_DEFAULT_VALUE_PRESENCE", ("a", "b"))]


def test_two_defaults_stay_an_error_beside_none() -> None:
    assert codes(a=WITH, b=WITHOUT, c=WITH.replace("1", "2")) == ["FIELD_ARGUMENT_DEFAULT_MISMATCH"]
