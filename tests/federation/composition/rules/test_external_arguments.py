"""EXTERNAL_ARGUMENT_*."""

from __future__ import annotations

import pytest

from tests.federation.composition.objecting import codes

A = 'type Query { t: T } type T @key(fields: "id") { id: ID! x(n: Int = 1): Int }'
B = 'type T @key(fields: "id") { id: ID! x(n: Int = 1): Int @external y: Int @requires(fields: "x") }'


@pytest.mark.parametrize(
    ("instead", "code"),
    [
        ("x: Int", "EXTERNAL_ARGUMENT_MISSING"),
        ('x(n: String = "1"): Int', "EXTERNAL_ARGUMENT_TYPE_MISMATCH"),
        ("x(n: Int = 2): Int", "EXTERNAL_ARGUMENT_DEFAULT_MISMATCH"),
        ("x(n: Int): Int", "EXTERNAL_ARGUMENT_DEFAULT_MISMATCH"),
    ],
)
def test_an_external_field_has_the_arguments_of_the_graph(instead: str, code: str) -> None:
    assert codes(a=A, b=B) == []
    assert codes(a=A, b=B.replace("x(n: Int = 1): Int", instead)) == [code]


def test_a_default_that_is_not_the_graphs_is_not_asked_for() -> None:
    a, c = A.replace("1): Int", "1): Int @shareable"), A.replace(" = 1): Int", "): Int @shareable")
    without = B.replace(" = 1", "")
    assert codes(a=a, b=without, c=c.replace("type Query { t: T } ", "")) == []
