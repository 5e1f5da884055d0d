"""INVALID_GRAPHQL, ROOT_*_USED."""

from __future__ import annotations

import pytest

from tests.federation.composition.objecting import codes


@pytest.mark.parametrize(
    "more",
    [
        "type T { x: Int } type T { y: Int }",
        "type T { x: Int x: Int }",
        "type T { x(n: Int, n: Int): Int }",
        "enum E { A A }",
        "type __T { x: Int }",
        "directive @d on FIELD directive @d on QUERY",
        'input I { n: Int = "one" }',
        "enum E { A } type T { x(e: E = B): Int }",
    ],
)
def test_what_is_said_is_said_once_by_a_free_name_and_of_its_type(more: str) -> None:
    assert "INVALID_GRAPHQL" in codes(a=f"type Query {{ q: Int }} {more}")


@pytest.mark.parametrize("root", ["Query", "Mutation", "Subscription"])
def test_a_usual_name_of_a_root_is_not_another_types(root: str) -> None:
    roots = {"Query": "Query", "Mutation": "Mutation", "Subscription": "Subscription", root: "Other"}
    given = " ".join(f"{usual.lower()}: {name}" for usual, name in roots.items())
    types = " ".join(f"type {name} {{ x{name}: Int }}" for name in {*roots, "Other"})
    assert codes(a=f"schema {{ {given} }} {types}")[0] == f"ROOT_{root.upper()}_USED"
