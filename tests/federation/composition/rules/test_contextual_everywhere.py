"""An argument that one subgraph fills from a context is no client's to give, in any subgraph."""

from __future__ import annotations

import pytest

from federation import judge
from tests.federation.contexts import CONTEXT_LINK, filled

CODE = "CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("(a: String!)", [(CODE, "error")]),
        ("(a: String)", [(CODE, "hint")]),
        ('(a: String! = "x")', [(CODE, "hint")]),
        ("", []),
    ],
)
def test_another_subgraph_does_without_the_argument(said: str, expected: list[tuple[str, str]]) -> None:
    first = filled('a: String @fromContext(field: "$c { prop }")').replace("): Int", "): Int @shareable")
    other = f'type Query {{ x: Int }} type U @key(fields: "id") {{ id: ID! field{said}: Int @shareable }}'
    composition = judge({"one": CONTEXT_LINK + first, "two": CONTEXT_LINK + other})
    assert [(o.code, o.severity.value) for o in composition.objections] == expected
    if composition.supergraph is not None:
        assert "field: Int" in composition.supergraph.api_sdl
