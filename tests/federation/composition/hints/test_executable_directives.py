"""INCONSISTENT_EXECUTABLE_DIRECTIVE_*, NO_EXECUTABLE_DIRECTIVE_INTERSECTION."""

from __future__ import annotations

import pytest

from tests.federation.composition.objecting import told


@pytest.mark.parametrize(
    ("one", "other", "codes"),
    [
        ("directive @d on FIELD", "", ["INCONSISTENT_EXECUTABLE_DIRECTIVE_PRESENCE"]),
        ("directive @d on FIELD", "directive @d on QUERY", ["NO_EXECUTABLE_DIRECTIVE_INTERSECTION"]),
        ("directive @d(n: Int) on FIELD", "directive @d on FIELD", ["NO_EXECUTABLE_DIRECTIVE_INTERSECTION"]),
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
