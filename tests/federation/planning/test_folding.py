"""What every object type of an interface is asked for is asked of the interface, where that is sure to be the same."""

from __future__ import annotations

import pytest
from graphql import parse, print_ast

from federation import compose, plan
from tests.federation.in_memory import LINK

ZOO = """
type Query { all: [Being!]! pair: Pair }
interface Being { id: ID! name: String grown(by: Int): Int size: Size parent: Being }
type Cat implements Being @key(fields: "id") { id: ID! name: String! grown(by: Int, of: Int): Int size: Size parent: Cat }
type Dog implements Being @key(fields: "id") { id: ID! name: String! grown(by: Int, of: Int): Int size: Size parent: Being }
type Size { high: Int wide: Int }
union Pair = Cat | Dog
"""


def asked(query: str) -> str:
    """The one request's selection, in one line."""
    found = plan(compose({"zoo": LINK + ZOO}), parse(query, no_location=True))
    assert len(found.steps) == 1
    return " ".join(print_ast(found.steps[0].selection).split())


def on_both(selection: str) -> str:
    return f"... on Cat {{ {selection} }} ... on Dog {{ {selection} }}"


@pytest.mark.parametrize(
    ("wanted", "folded"),
    [
        ("id", "id"),
        ("size { high }", "size { high }"),
        ("id size { high }", "id size { high }"),
        ("size { high } ... on Being { size { wide } }", "size { high wide }"),
    ],
)
def test_what_all_types_are_asked_for_is_asked_once(wanted: str, folded: str) -> None:
    assert asked(f"{{ all {{ {on_both(wanted)} }} }}") == f"{{ all {{ __typename {folded} }} }}"


def test_what_one_type_is_asked_for_besides_stays_with_it() -> None:
    found = asked("{ all { ... on Cat { id size { high } } ... on Dog { id } } }")
    assert found == "{ all { __typename id ... on Cat { size { high } } } }"


@pytest.mark.parametrize(
    "selection",
    [
        pytest.param("name", id="the interface's own may be null"),
        pytest.param("parent { id }", id="one type's is narrower"),
        pytest.param("grown(of: 1)", id="the interface's field may lack the argument"),
        pytest.param("id @include(if: $yes)", id="under a condition"),
    ],
)
def test_what_may_differ_is_asked_of_each_type(selection: str) -> None:
    found = asked(f"query ($yes: Boolean!) {{ all {{ {on_both(selection)} }} }}")
    assert "... on Cat" in found
    assert "... on Dog" in found


@pytest.mark.parametrize(
    "query",
    [
        "{ all { ... on Cat { id } } }",
        "{ all { ... on Cat { size { high } } ... on Dog { size { wide } } } }",
        "{ pair { ... on Cat { id } ... on Dog { id } } }",
    ],
    ids=["not all types", "not the same below", "a union has no fields"],
)
def test_what_is_not_asked_alike_stays_apart(query: str) -> None:
    assert "... on Cat" in asked(query)
