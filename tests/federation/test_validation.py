"""Validation knows ``@defer``, which every graph has."""

from __future__ import annotations

import pytest
from graphql import get_introspection_query, graphql_sync, parse

from federation import Supergraph, compose, defer_variables, load_supergraph, plan, validate
from tests.federation.in_memory import LINK

SDL = """
type Query { me: Person } type Mutation { rename: Person } type Subscription { renamed: Person }
type Person { name: String friend: Person }
"""


@pytest.fixture(scope="module")
def graph() -> Supergraph:
    return compose({"a": LINK + SDL})


@pytest.mark.parametrize(
    "query",
    [
        "{ me { ... @defer { name } } }",
        'query ($on: Boolean!) { ... @defer(if: $on, label: "a") { me { ...F @defer(label: "b") } } } fragment F on Person { name }',
        "mutation { rename { ... @defer { name } } }",
        "mutation { ... @defer(if: false) { rename { name } } }",
        "subscription { renamed { ... @defer(if: false) { name } } }",
        "subscription ($on: Boolean!) { renamed { ... @defer(if: $on) { name } } }",
    ],
)
def test_valid(graph: Supergraph, query: str) -> None:
    assert validate(graph.api_schema, parse(query)) == []


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ('{ me { ... @defer(label: "a") { name } ... @defer(label: "a") { friend { name } } } }', "unique"),
        ("query ($l: String) { me { ... @defer(label: $l) { name } } }", "variable"),
        ("mutation { ... @defer { rename { name } } }", 'root mutation type "Mutation"'),
        ("mutation { ...F @defer } fragment F on Mutation { rename { name } }", "root mutation"),
        ("subscription { ... @defer { renamed { name } } }", 'root subscription type "Subscription"'),
        ("subscription { renamed { ...F } } fragment F on Person { ... @defer { name } }", "subscriptions"),
        ("{ me @defer { name } }", "may not be used on field"),
        ("query ($on: Boolean) { me { ... @defer(if: $on, lable: 1) { name } } }", "Unknown argument"),
    ],
)
def test_not_valid(graph: Supergraph, query: str, message: str) -> None:
    assert any(message in error.message for error in validate(graph.api_schema, parse(query)))


def test_clients_see_the_directive_and_the_supergraph_sdl_does_not_have_it(graph: Supergraph) -> None:
    told = graphql_sync(graph.api_schema, get_introspection_query()).data
    assert told is not None
    assert "defer" in {each["name"] for each in told["__schema"]["directives"]}
    assert "directive @defer(" in graph.api_sdl
    assert "@defer" not in graph.sdl


def test_supergraphs_of_others_have_it_too(graph: Supergraph) -> None:
    loaded = load_supergraph(graph.sdl)
    assert validate(loaded.api_schema, parse("{ me { ... @defer { name } } }")) == []


def test_a_supergraph_with_a_defer_of_its_own_keeps_it(graph: Supergraph) -> None:
    own = "directive @defer(soon: Int) on FRAGMENT_SPREAD | INLINE_FRAGMENT | FIELD"
    loaded = load_supergraph(graph.sdl + own)
    document = parse("mutation { rename @defer { name } ... @defer(soon: 3) { rename { name } } }")
    assert validate(loaded.api_schema, document) == []
    assert defer_variables(loaded.api_schema, document) is None
    assert plan(loaded, document, deferring=frozenset()).fetches == 1


def test_a_supergraph_with_the_specifications_defer_is_deferred(graph: Supergraph) -> None:
    older = "directive @defer(label: String, if: Boolean = true) on FRAGMENT_SPREAD | INLINE_FRAGMENT"
    loaded = load_supergraph(graph.sdl + older)
    assert defer_variables(loaded.api_schema, parse("{ me { ... @defer { name } } }")) == ()


def test_the_variables_that_decide_what_is_deferred(graph: Supergraph) -> None:
    def variables(query: str) -> tuple[str, ...] | None:
        return defer_variables(graph.api_schema, parse(query))

    assert variables("{ me { name } }") is None
    assert variables("{ me { ... @defer(if: false) { name } } }") is None
    assert variables("{ me { ... @defer { name } } }") == ()
    assert variables(
        "query ($b: Boolean!, $a: Boolean!) { me { ...F @defer(if: $b) } } fragment F on Person { ... @defer(if: $a) { name } }"
    ) == ("a", "b")
