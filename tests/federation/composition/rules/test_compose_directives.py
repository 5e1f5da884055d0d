"""Directives of a department's own that the supergraph keeps."""

from __future__ import annotations

from federation import compose, judge

SDL = """extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.1", import: ["@composeDirective"])
  @link(url: "https://own.example/mark/v1.2", import: ["@mark"])
  @composeDirective(name: "@mark")
directive @mark(n: Int) on FIELD_DEFINITION
type Query { x: Int @mark(n: 1) }"""


def codes(sdl: str) -> list[str]:
    return [o.code for o in judge({"a": sdl}).objections]


def test_the_supergraph_links_defines_and_applies_it() -> None:
    supergraph = compose({"a": SDL})
    assert '@link(url: "https://own.example/mark/v1.2", import: ["@mark"])' in supergraph.sdl
    assert "directive @mark(n: Int) on FIELD_DEFINITION" in supergraph.sdl
    assert "x: Int @mark(n: 1)" in supergraph.sdl
    assert "mark" not in supergraph.api_sdl


def test_without_composing_it_is_left_out() -> None:
    assert "mark" not in compose({"a": SDL.replace('@composeDirective(name: "@mark")', "")}).sdl


def test_it_comes_from_a_linked_specification() -> None:
    sdl = SDL.replace('@link(url: "https://own.example/mark/v1.2", import: ["@mark"])', "")
    assert codes(sdl) == ["DIRECTIVE_COMPOSITION_ERROR"]


def test_it_is_defined() -> None:
    sdl = SDL.replace("directive @mark(n: Int) on FIELD_DEFINITION", "")
    assert codes(sdl) == ["DIRECTIVE_COMPOSITION_ERROR"]


def test_it_is_none_of_federations_own() -> None:
    sdl = SDL.replace('(name: "@mark")', '(name: "@composeDirective")')
    assert codes(sdl) == ["DIRECTIVE_COMPOSITION_ERROR"]


def test_a_directive_for_operations_is_kept_where_all_define_it() -> None:
    a = "directive @both on FIELD | QUERY directive @alone on FIELD type Query { x: Int }"
    b = "directive @both on FIELD type Query { y: Int }"
    assert "directive @both on FIELD\n" in compose({"a": a, "b": b}).api_sdl
    assert "@alone" not in compose({"a": a, "b": b}).api_sdl
