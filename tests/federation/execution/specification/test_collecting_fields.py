"""Field Collection (6.3.2), Merging Selection Sets (6.4.3), @skip and @include (3.13)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.federation.execution.specification.kitchen import answers

TRUE = {"on": True}
FALSE = {"on": False}
CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "fields in the order of the document": ("{ whole hero { age name } big }", {}),
    "an alias": ("{ first: hero { called: name } }", {}),
    "one field under several aliases": ("{ a: hero { name } b: hero { age } hero { name age } }", {}),
    "an alias that is another field's name": ("{ hero { name: age age: name } }", {}),
    "an alias that is a meta field's name nearly": ("{ hero { _typename: __typename id: name } }", {}),
    "the same leaf twice is told once": ("{ whole whole hero { name name } }", {}),
    "the same object twice is merged": ("{ hero { name } hero { age } }", {}),
    "merged in lists": ("{ heroes { name } heroes { age home { number } } heroes { home { street } } }", {}),
    "merged at several depths": (
        "{ hero { friend { name } } hero { friend { age friend { name } } friend { friend { age } } } }",
        {},
    ),
    "a merged field stands where it was met first": ("{ hero { name } whole hero { age } big }", {}),
    "the same field with the same arguments is merged": (
        "{ hero { friends(first: 1) { name } friends(first: 1) { age } } }",
        {},
    ),
    "the same field with other arguments": (
        "{ hero { a: friends(first: 1) { name } b: friends(first: 2) { name } friends { age } } }",
        {},
    ),
    "arguments by variable and by literal": (
        "query($n: Int) { hero { a: friends(first: $n) { name } b: friends(first: 1) { name } } }",
        {"n": 1},
    ),
    "an inline fragment without a type": ("{ ... { whole } hero { ... { name ... { age } } } }", {}),
    "an inline fragment on the same type": ("{ hero { ... on Hero { name } age } }", {}),
    "an inline fragment on an interface of the type": (
        "{ hero { ... on Named { name } ... on Old { age } } }",
        {},
    ),
    "an inline fragment on the root": ("{ ... on Query { whole ... on Query { big } } }", {}),
    "a named fragment": ("{ hero { ...F } } fragment F on Hero { name age }", {}),
    "a named fragment twice": ("{ hero { ...F name ...F } } fragment F on Hero { name age }", {}),
    "a fragment in a fragment": (
        "{ hero { ...F } } fragment F on Hero { name ...G } fragment G on Named { name ... on Hero { age } }",
        {},
    ),
    "a fragment at several places": (
        "{ hero { ...F friend { ...F } } sure { ...F } } fragment F on Hero { name home { number } }",
        {},
    ),
    "fields of a fragment are merged with those beside it": (
        "{ hero { friend { name } ...F } } fragment F on Hero { friend { age } name }",
        {},
    ),
    "the order through fragments": (
        "{ ...F whole ... { numbers } } fragment F on Query { big whole colour }",
        {},
    ),
    "a union's members": ("{ pets { ... on Dog { barks } ... on Cat { meows } } }", {}),
    "a union's members and its type": (
        "{ pets { __typename ... on Dog { name barks } ... on Cat { meows name } } }",
        {},
    ),
    "a union through an interface": ("{ pets { ... on Named { name } ... on Cat { meows } } }", {}),
    "a union's member that is not there": ("{ pet { ... on Cat { meows } } }", {}),
    "nothing of a member but its type": ("{ pet { ... on Cat { meows } t: __typename } }", {}),
    "an interface's own field": ("{ all { name } named { name } }", {}),
    "an interface narrowed": ("{ all { name ... on Hero { age } ... on Dog { barks } } }", {}),
    "an interface narrowed to another interface": ("{ all { ... on Old { age } name } }", {}),
    "an interface narrowed to a union": ("{ all { ... on Pet { __typename ... on Dog { barks } } } }", {}),
    "other fields under one key for different members": (
        "{ pets { ... on Dog { x: barks } ... on Cat { x: meows } } }",
        {},
    ),
    "different objects under one key for different members": (
        "{ pets { ... on Dog { friend { name } } ... on Cat { friend { name __typename } } } }",
        {},
    ),
    "__typename at the root": ("{ __typename q: __typename }", {}),
    "__typename of objects, interfaces and unions": (
        "{ hero { __typename } all { __typename } pets { __typename } }",
        {},
    ),
    "__typename only": ("{ hero { __typename } }", {}),
    "__typename in lists of nulls": ("{ pets { __typename } numbers none { __typename } }", {}),
    "@include true": ("query($on: Boolean!) { whole @include(if: $on) big }", TRUE),
    "@include false": ("query($on: Boolean!) { whole @include(if: $on) big }", FALSE),
    "@skip true": ("query($on: Boolean!) { whole @skip(if: $on) big }", TRUE),
    "@skip false": ("query($on: Boolean!) { whole @skip(if: $on) big }", FALSE),
    "literals as conditions": (
        "{ a: whole @include(if: true) b: whole @include(if: false) c: whole @skip(if: true) }",
        {},
    ),
    "@skip and @include together: both must let it through": (
        "query($on: Boolean!, $off: Boolean!) { a: whole @skip(if: $on) @include(if: $off)"
        " b: whole @skip(if: $off) @include(if: $on) c: whole @skip(if: $on) @include(if: $on) big }",
        {"on": True, "off": False},
    ),
    "conditions on an inline fragment": (
        "query($on: Boolean!) { hero { ... @include(if: $on) { name } ... on Hero @skip(if: $on) { age } } }",
        TRUE,
    ),
    "conditions on a named fragment": (
        "query($on: Boolean!) { hero { ...F @skip(if: $on) name } } fragment F on Hero { age }",
        TRUE,
    ),
    "one spread of two is skipped": (
        "query($on: Boolean!) { hero { ...F @skip(if: $on) ...F } } fragment F on Hero { age }",
        TRUE,
    ),
    "conditions within a fragment": (
        "query($on: Boolean!) { hero { ...F } sure { ...F } } fragment F on Hero { age @include(if: $on) name }",
        FALSE,
    ),
    "nested conditions": (
        "query($on: Boolean!, $off: Boolean!) { ... @include(if: $on) { whole ... @skip(if: $off) { big"
        " colour @include(if: $off) } } }",
        {"on": True, "off": False},
    ),
    "one field with and without a condition": ("query($on: Boolean!) { whole @skip(if: $on) whole }", TRUE),
    "one object with and without a condition": (
        "query($on: Boolean!) { hero { name } hero @include(if: $on) { age } }",
        FALSE,
    ),
    "one object under opposite conditions": (
        "query($on: Boolean!) { hero @skip(if: $on) { name } hero @include(if: $on) { age } }",
        TRUE,
    ),
    "the place of a field whose first is skipped": (
        "query($on: Boolean!) { whole @skip(if: $on) big whole }",
        TRUE,
    ),
    "everything is skipped": (
        "query($on: Boolean!) { whole @skip(if: $on) hero @skip(if: $on) { name } }",
        TRUE,
    ),
    "everything of an object is skipped": ("query($on: Boolean!) { hero { name @skip(if: $on) } }", TRUE),
    "a condition with a default": ("query($on: Boolean! = false) { whole @include(if: $on) big }", {}),
    "a nullable condition with a default": ("query($on: Boolean = true) { whole @include(if: $on) big }", {}),
    "__typename under a condition": (
        "query($on: Boolean!) { __typename @skip(if: $on) pet { __typename @skip(if: $on) ... on Dog { name } } }",
        TRUE,
    ),
    "a member's fields under a condition": (
        "query($on: Boolean!) { pets { ... on Dog @include(if: $on) { barks } ... on Cat { name } } }",
        FALSE,
    ),
    "the same key in several fragments, one skipped": (
        "query($on: Boolean!) { hero { ... @skip(if: $on) { friend { name } } ... { friend { age } } } }",
        TRUE,
    ),
    "several conditions of one sort": (
        "query($a: Boolean!, $b: Boolean!, $c: Boolean!) { ... @include(if: $a) { ... @include(if: $b) {"
        " whole @include(if: $c) } } ... @skip(if: $a) { ... @skip(if: $b) { big @skip(if: $c) } } }",
        {"a": True, "b": True, "c": True},
    ),
}


@pytest.mark.parametrize("raw", [False, True], ids=["honest", "raw"])
@pytest.mark.parametrize(("text", "variables"), CASES.values(), ids=CASES.keys())
def test_fields_are_collected_as_graphql_core_collects_them(
    text: str, variables: dict[str, Any], raw: bool
) -> None:
    if raw and "friends(first: 1" in text:
        raw = False  # plain data know no arguments
    theirs, ours = answers(text, variables, raw=raw)
    assert not theirs.failed
    assert ours == theirs
