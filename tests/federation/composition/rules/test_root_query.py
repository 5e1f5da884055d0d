"""NO_QUERIES."""

from __future__ import annotations

from tests.federation.composition.objecting import codes


def test_a_graph_without_a_query_field_is_refused() -> None:
    assert codes(a="type A { x: Int }") == ["NO_QUERIES"]
