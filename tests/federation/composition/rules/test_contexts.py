"""What @fromContext may name. Apollo's composition gives the same codes for all of these, with one difference: it takes
``{ o { a b } }``, where one cannot say which of the two is meant."""

from __future__ import annotations

import pytest

from federation import compose, judge
from tests.federation.contexts import CONTEXT_LINK, QUERY, SETTER, filled


def codes(*sdls: str) -> list[str]:
    found = judge({f"s{number}": CONTEXT_LINK + sdl for number, sdl in enumerate(sdls)})
    return [objection.code for objection in found.objections]


@pytest.mark.parametrize(
    "said",
    [
        'a: String @fromContext(field: "$c { prop }")',
        'a: String @fromContext(field: "$c prop")',
        'a: String @fromContext(field: " $ c{prop} ")',
        'a: Int @fromContext(field: "$c { size }")',
        'a: [String] @fromContext(field: "$c { list }")',
        'a: String @fromContext(field: "$c { o { a } }")',
        'a: [String] @fromContext(field: "$c { os { a } }")',
        'a: String @fromContext(field: "$c ... on T { prop }")',
        'a: String @fromContext(field: "$c { ... on T { prop } }")',
    ],
)
def test_an_argument_takes_one_leaf_of_what_sets_the_context(said: str) -> None:
    assert codes(filled(said)) == []


@pytest.mark.parametrize(
    "selection",
    [
        "{ }",
        "{ prop",
        "{ prop } { prop }",
        "{ nope }",
        "{ o }",
        "{ prop { a } }",
        "{ size }",
        "{ list }",
        "{ prop size }",
        "{ o { a b } }",
        "{ x: prop }",
        "{ prop @skip(if: true) }",
        "...F",
        "{ o { ... on O { a } } }",
        "... { prop }",
        "... on T { prop } prop",
        "... on T { prop } ... on T { prop }",
        "... on T { prop } ... on U { id }",
        "... on T @skip(if: true) { prop }",
        "... on U { id }",
        "... on Missing { id }",
        "{" * 2_000 + "}" * 2_000,
    ],
)
def test_a_selection_that_names_no_one_leaf_of_the_arguments_type(selection: str) -> None:
    assert codes(filled(f'a: String @fromContext(field: "$c {selection}")')) == ["CONTEXT_INVALID_SELECTION"]


def test_a_value_may_be_null_on_its_way_so_the_argument_is_nullable() -> None:
    assert codes(filled('a: String! @fromContext(field: "$c { prop }")')) == ["CONTEXT_INVALID_SELECTION"]
    assert codes(filled('a: [String!] @fromContext(field: "$c { list }")')) == ["CONTEXT_INVALID_SELECTION"]


def test_every_type_that_sets_the_context_is_covered() -> None:
    also = 'type S @key(fields: "id") @context(name: "c") { id: ID! u: U! long: String }'
    one = filled('a: String @fromContext(field: "$c ... on T { prop }")')
    both = filled('a: String @fromContext(field: "$c ... on T { prop } ... on S { long }")')
    assert codes(one + also) == ["CONTEXT_INVALID_SELECTION"]
    assert codes(both + also) == []


def test_an_interface_object_sets_no_context() -> None:
    sdl = f"""{QUERY} type T @key(fields: "id") @interfaceObject @context(name: "c") {{ id: ID! u: U! prop: String! }}
    type U @key(fields: "id") {{ id: ID! field(a: String @fromContext(field: "$c {{ prop }}")): Int }}"""
    known = 'type Query { x: Int } interface T @key(fields: "id") { id: ID! } type A implements T @key(fields: "id") { id: ID! }'
    assert codes(sdl, known) == ["CONTEXT_INVALID_SELECTION"]


@pytest.mark.parametrize("said", ["{ prop }", "c { prop }", "$c", "$ { prop }", "", "$c ,"])
def test_a_context_is_named(said: str) -> None:
    assert codes(filled(f'a: String @fromContext(field: "{said}")')) == ["NO_CONTEXT_IN_SELECTION"]


def test_a_context_is_set_somewhere() -> None:
    assert codes(filled('a: String @fromContext(field: "$d { prop }")')) == ["CONTEXT_NOT_SET"]


def test_a_contextual_argument_has_no_default() -> None:
    assert codes(filled('a: String = "x" @fromContext(field: "$c { prop }")')) == ["CONTEXT_NOT_SET"]


def test_neither_an_interface_nor_what_implements_it_has_contextual_arguments() -> None:
    interface = 'interface J { field(a: String @fromContext(field: "$c { prop }")): Int }'
    plain = "interface J { field: Int }"
    user = 'type U implements J @key(fields: "id")'
    assert codes(filled("a: String", user) + interface) == ["CONTEXT_NOT_SET"]
    given = 'a: String @fromContext(field: "$c { prop }")'
    assert codes(filled(given, user) + plain) == ["CONTEXT_NOT_SET"]


def test_neither_a_directive_nor_an_input_object_takes_from_a_context() -> None:
    said = 'a: String @fromContext(field: "$c { prop }")'
    assert codes(filled("b: Int") + f"directive @d({said}) on FIELD_DEFINITION") == ["CONTEXT_NOT_SET"]
    assert codes(filled("b: Int") + f"input In {{ {said} }}") == ["INVALID_GRAPHQL"]


@pytest.mark.parametrize("key", ["", '@key(fields: "id", resolvable: false)'])
def test_an_object_with_contextual_arguments_can_be_entered(key: str) -> None:
    sdl = filled('a: String @fromContext(field: "$c { prop }")', f"type U {key}")
    assert codes(sdl) == ["CONTEXT_NO_RESOLVABLE_KEY"]


@pytest.mark.parametrize("name", ["c_d", "1c", "c d", "", "ß"])
def test_a_context_has_a_plain_name(name: str) -> None:
    sdl = f'{QUERY} {SETTER} type U @key(fields: "id") {{ id: ID! }}'.replace('"c"', f'"{name}"')
    assert codes(sdl) == ["CONTEXT_NAME_INVALID"]


def test_what_a_context_gives_may_be_of_another_subgraph() -> None:
    sdl = filled('a: String @fromContext(field: "$c { prop }")').replace(
        "prop: String!", "prop: String! @external"
    )
    other = 'type Query { x: Int } type T @key(fields: "id") { id: ID! prop: String! }'
    assert codes(sdl, other) == []


def test_the_supergraph_keeps_contexts_and_hides_their_arguments() -> None:
    sdl = """type Query { t: Any } union Any @context(name: "c") = A | B
    type A @key(fields: "id") { id: ID! u: U x: String } type B @key(fields: "id") { id: ID! u: U y(n: Int): String }
    type U @key(fields: "id") { id: ID! field(a: String @fromContext(field: "$c ... on A { x } ... on B { y(n: 1) }"), b: Int): Int }"""
    supergraph = compose({"s": CONTEXT_LINK + sdl})
    assert '@context(name: "s__c")' in supergraph.sdl
    said = (
        '{context: "s__c", name: "a", type: "String", selection: "{ ... on A { x } ... on B { y(n: 1) } }"}'
    )
    assert f"contextArguments: [{said}]" in supergraph.sdl
    assert "field(b: Int): Int" in supergraph.api_sdl
    assert supergraph.contexts == {"s__c": frozenset({"A", "B"})}
    (argument,) = supergraph.views["s"]["U"].fields["field"].contextual
    assert (argument.name, argument.type, argument.context) == ("a", "String", "s__c")
