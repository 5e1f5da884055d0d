"""Introspection (4): answered by the engine from the API schema, mixed with fields of subgraphs."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import build_client_schema, get_introspection_query, lexicographic_sort_schema, print_schema

from tests.federation.execution.specification.kitchen import answers, whole_schema

CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "names of the root types": (
        "{ __schema { queryType { name } mutationType { name kind } subscriptionType { name } } }",
        {},
    ),
    "a type by its name": ('{ __type(name: "Hero") { name kind description } }', {}),
    "a type by a variable": ("query($n: String!) { __type(name: $n) { name kind } }", {"n": "Dog"}),
    "a type by a variable's default": ('query($n: String! = "Pet") { __type(name: $n) { name kind } }', {}),
    "no such type": ('{ __type(name: "Nobody") { name } whole }', {}),
    "a built-in type": ('{ __type(name: "Int") { name kind fields { name } } }', {}),
    "a type of the introspection itself": ('{ __type(name: "__Type") { name kind fields { name } } }', {}),
    "under aliases": ('{ a: __type(name: "Dog") { n: name } b: __type(name: "Cat") { n: name } }', {}),
    "through fragments": (
        '{ ...F } fragment F on Query { __type(name: "Dog") { ...T } } fragment T on __Type { name kind }',
        {},
    ),
    "through an inline fragment": ('{ ... on Query { __type(name: "Dog") { ... { name } } } }', {}),
    "mixed with fields, in order": (
        '{ whole __type(name: "Dog") { name } hero { name } __schema { queryType { name } } __typename }',
        {},
    ),
    "merged": ('{ __type(name: "Dog") { name } whole __type(name: "Dog") { kind } }', {}),
    "skipped": (
        'query($on: Boolean!) { __type(name: "Dog") @include(if: $on) { name } whole }',
        {"on": False},
    ),
    "included in part": (
        'query($on: Boolean!) { __type(name: "Dog") { name @skip(if: $on) kind } whole }',
        {"on": True},
    ),
    "included with variables of fields": (
        "query($n: String!, $v: Int) { __type(name: $n) { name } show(int: $v) }",
        {"n": "Box", "v": 1},
    ),
    "fields with their arguments": (
        '{ __type(name: "Mutation") { fields { name description args { name defaultValue type { kind ofType { name } } } } } }',
        {},
    ),
    "without deprecated fields": ('{ __type(name: "Hero") { fields { name } } }', {}),
    "with deprecated fields": (
        '{ __type(name: "Hero") { fields(includeDeprecated: true) { name isDeprecated deprecationReason } } }',
        {},
    ),
    "deprecated fields by a variable": (
        'query($d: Boolean) { __type(name: "Hero") { fields(includeDeprecated: $d) { name } } }',
        {"d": True},
    ),
    "enum values": (
        '{ __type(name: "Colour") { a: enumValues { name } b: enumValues(includeDeprecated: true)'
        " { name isDeprecated deprecationReason } } }",
        {},
    ),
    "input fields": (
        '{ __type(name: "Box") { inputFields { name defaultValue type { name kind ofType { name } } } } }',
        {},
    ),
    "interfaces of an object": (
        '{ __type(name: "Hero") { interfaces { name } possibleTypes { name } } }',
        {},
    ),
    "specifiedBy": ('{ __type(name: "Json") { specifiedByURL description } }', {}),
    "a list's and a non-null's type": (
        '{ __type(name: "Query") { fields { name type { kind name ofType { kind name ofType { kind name } } } } } }',
        {},
    ),
}
SORTED = {
    "an interface's types": '{ __type(name: "Named") { possibleTypes { name } } }',
    "a union's types": '{ __type(name: "Pet") { possibleTypes { name } } }',
}


@pytest.mark.parametrize(("text", "variables"), CASES.values(), ids=CASES.keys())
def test_introspection_is_answered_as_by_graphql_core(text: str, variables: dict[str, Any]) -> None:
    theirs, ours = answers(text, variables)
    assert not theirs.failed
    assert _ordered(ours.data) == _ordered(theirs.data)
    assert not ours.failed


def test_the_full_query_gives_the_whole_schema() -> None:
    text = get_introspection_query(
        specified_by_url=True,
        directive_is_repeatable=True,
        schema_description=True,
        input_value_deprecation=True,
    )
    theirs, ours = answers(text)
    rebuilt = build_client_schema(ours.data)
    expected = build_client_schema(theirs.data)
    assert print_schema(lexicographic_sort_schema(rebuilt)) == print_schema(
        lexicographic_sort_schema(expected)
    )
    assert print_schema(lexicographic_sort_schema(whole_schema({}))) == print_schema(
        lexicographic_sort_schema(rebuilt)
    )


def _ordered(data: Any) -> Any:
    """Fields, values and types in any order: a composed graph is sorted by name, and the specification has no say."""

    def order(value: Any) -> Any:
        if isinstance(value, dict):
            return [(key, order(each)) for key, each in value.items()]
        if isinstance(value, list):
            return sorted(map(order, value), key=repr)
        return value

    return order(data)
