"""What a subgraph refers to, it defines."""

from __future__ import annotations

from tests.federation.composition.objecting import objections


def test_a_type_that_is_not_defined_is_named_with_its_place() -> None:
    (found,) = objections(a="type Query { x: Nothing }")
    assert (found.code, found.subgraphs, found.line, found.column) == ("INVALID_GRAPHQL", ("a",), 2, 14)
    assert '"Nothing"' in found.message
    assert found.fix
