"""INCONSISTENT_EXECUTABLE_DIRECTIVE_*, NO_EXECUTABLE_DIRECTIVE_INTERSECTION."""

from __future__ import annotations

import pytest

from federation import compose
from tests.federation.composition.objecting import told
from tests.federation.in_memory import LINK


@pytest.mark.parametrize(
    ("one", "other", "codes"),
    [
        ("directive @d on FIELD", "", ["INCONSISTENT_EXECUTABLE_DIRECTIVE_PRESENCE"]),
        ("directive @d on FIELD", "directive @d on QUERY", ["NO_EXECUTABLE_DIRECTIVE_INTERSECTION"]),
        ("directive @d(n: Int) on FIELD", "directive @d on FIELD", ["INCONSISTENT_ARGUMENT_PRESENCE"]),
        (
            "directive @d(n: Int = 1) on FIELD",
            "directive @d(n: Int) on FIELD",
            ["INCONSISTENT_DEFAULT_VALUE_PRESENCE"],
        ),
        ("directive @d(n: Int!) on FIELD", "directive @d on FIELD", ["NO_EXECUTABLE_DIRECTIVE_INTERSECTION"]),
        (
            "directive @d(n: Int) on FIELD",
            "directive @d(n: ID) on FIELD",
            ["NO_EXECUTABLE_DIRECTIVE_INTERSECTION"],
        ),
        (
            "directive @d repeatable on FIELD | QUERY",
            "directive @d on FIELD",
            ["INCONSISTENT_EXECUTABLE_DIRECTIVE_LOCATIONS", "INCONSISTENT_EXECUTABLE_DIRECTIVE_REPEATABLE"],
        ),
        ("directive @d on FIELD", "directive @d on FIELD", []),
        ("directive @d on OBJECT", "", []),
    ],
)
def test_a_directive_for_operations_that_is_not_alike_everywhere_is_told(
    one: str, other: str, codes: list[str]
) -> None:
    assert told(a=f"type Query {{ x: Int }} {one}", b=f"type Query {{ y: Int }} {other}") == [
        (code, ("a", "b")) for code in codes
    ]


def test_it_takes_what_all_subgraphs_take() -> None:
    a = "type Query { x: Int } directive @d(n: Int = 1, m: Int, o: [Int]) on FIELD | QUERY"
    b = "type Query { y: Int } directive @d(o: [Int!], n: Int! = 1) on FIELD"
    found = compose({"a": LINK + a, "b": LINK + b}).api_sdl
    assert "directive @d(n: Int! = 1, o: [Int!]) on FIELD\n" in found
