"""NO_QUERIES."""

from __future__ import annotations

from federation import judge
from tests.federation.composition.objecting import codes
from tests.federation.in_memory import LINK

EXAMPLE = 'Declare one in one of the subgraphs, as in "type Query { status: String }".'


def place(**sdls: str) -> tuple[tuple[str, ...], int, int]:
    (found,) = judge({name: LINK + sdl for name, sdl in sdls.items()}).objections
    assert found.code == "NO_QUERIES"
    assert found.fix == EXAMPLE
    return found.subgraphs, found.line, found.column


def test_a_graph_without_a_query_field_is_refused() -> None:
    assert codes(a="type A { x: Int }") == ["NO_QUERIES"]


def test_it_is_told_where_a_query_root_is_begun() -> None:
    begun = "type B { x: Int }\n  type Query { _service: String! }"
    assert place(a="type A { x: Int }", b=begun) == (("b", "a"), 3, 3)
    assert place(a="type A { x: Int }", b="schema { query: Query } type B { x: Int }") == (("b", "a"), 2, 1)


def test_else_where_the_first_subgraph_begins() -> None:
    assert place(b="type B { x: Int }", a="type A { x: Int }") == (("a", "b"), 1, 1)
