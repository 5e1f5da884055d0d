"""Whatever is given as SDL: an objection with its place, never an exception, never a hang."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from federation import Composition, judge
from tests.differential.wrong_sets import LINK, wrong_sets
from tests.federation.worlds.generated import world_of

WORDS = (
    *(
        "@key",
        "@shareable",
        "@external",
        "@requires(fields:",
        "@provides(fields:",
        "@override(from:",
        "@nobody",
    ),
    *(
        "@interfaceObject",
        "@inaccessible",
        "@tag(name:",
        "@composeDirective(name:",
        "@link(url:",
        "@deprecated",
    ),
    *(
        "type",
        "interface",
        "union",
        "enum",
        "input",
        "scalar",
        "schema",
        "extend",
        "directive",
        "implements",
        "on",
    ),
    *(
        "Query",
        "T",
        "id",
        "String",
        "__typename",
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "!",
        ":",
        "=",
        "|",
        "&",
        "$x",
        "...",
    ),
    *('"id"', '"id {"', '"... on T { id }"', '""', '"""', "5", "-1", "null", "{a: 1}", "[1]", "\\u0000", "#"),
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(seed=st.integers(0, 1 << 32))
def test_mutilated_sdls_are_objected_to_or_compose(seed: int) -> None:
    dice = Random(seed)
    sdls = dict(dice.choice(WRONG).sdls if dice.random() < 0.5 else world_of(dice).sdls)
    name = dice.choice(sorted(sdls))
    sdls[name] = mutilated(dice, sdls[name])
    _is_told(judge(sdls), sdls)


WRONG = wrong_sets()


def mutilated(dice: Random, sdl: str) -> str:
    """Some words left out, doubled, replaced or moved."""
    words = sdl.split(" ")
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(words))
        match dice.randrange(5):
            case 0:
                words[at] = dice.choice(WORDS)
            case 1:
                words.insert(at, dice.choice(WORDS))
            case 2:
                words.insert(at, words[dice.randrange(len(words))])
            case 3 if len(words) > 1:
                del words[at]
            case _:
                other = dice.randrange(len(words))
                words[at], words[other] = words[other], words[at]
    return " ".join(words)


def _is_told(found: Composition, sdls: dict[str, str]) -> None:
    assert (found.supergraph is None) == any(o.severity == "error" for o in found.objections)
    for each in found.objections:
        assert each.code.isupper()
        assert each.message
        assert set(each.subgraphs) <= set(sdls)
        if each.subgraphs and each.line:
            assert each.line <= sdls[each.subgraphs[0]].count("\n") + 1


DEEP = 3_000


@pytest.mark.parametrize(
    "sdl",
    [
        "type Query { x: " + "[" * DEEP + "Int" + "]" * DEEP + " }",
        f'type Query {{ t: T }} type T @key(fields: "{"t { " * DEEP}id{" }" * DEEP}") {{ id: ID! t: T }}',
        "type Query { x(n: [Int] = " + "[" * DEEP + "]" * DEEP + "): Int }",
        "type Query { x: Int " + "@tag(name: " + '"a"' * 1 + ") " * DEEP + "}",
        'type Query { t: T } type T @key(fields: "...F") { id: ID! }',
        'type Query { t: T } type T @key(fields: "id } fragment F on T { ...F ") { id: ID! }',
        "interface A implements B { x: Int } interface B implements A { x: Int } type Query implements A & B { x: Int }",
        "union U = U type Query { u: U }",
        "input A { b: B! } input B { a: A! } type Query { x(a: A): Int }",
        "\ufeff", "", " ", "{ x }", "query { x }", "type Query { x: Int } { y }", "\x00", "type Query { é: Int }",
        'extend schema @link(url: "") type Query { x: Int }',
        'extend schema @link(url: 5, import: 5, as: 5) type Query { x: Int }',
        'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: [5, {name: 5}, null, [""], "@"]) '
        "type Query { x: Int }",
        "schema { query: Query query: Query } type Query { x: Int }",
        "schema { query: Nobody }",
        "type Query { x: Int @deprecated(reason: 5) }",
        'type Query { x: Int @tag(name: 5) @override(from: 5) @requires(fields: {a: "x"}) @provides(fields: null) }',
        "enum E { true false null } type Query { e: E }",
        "type Int { x: Int } type Query { x: Int }",
        "scalar Query",
        "interface Query { x: Int }",
        "directive @key on OBJECT type Query { x: Int }",
        "directive @a(x: Int @a) on ARGUMENT_DEFINITION type Query { x: Int }",
    ],
    ids=lambda sdl: sdl[:40],
)  # fmt: skip
def test_hostile_sdls_are_told(sdl: str) -> None:
    for each in (sdl, LINK + sdl):
        sdls = {"a": each, "b": "type Query { other: Int }"}
        _is_told(judge(sdls), sdls)


def test_a_graph_that_is_wide_and_deep_is_judged_in_bounded_time() -> None:
    def part(fields: str) -> str:
        return " ".join(
            f'type T{n} @key(fields: "id") {{ id: ID! '
            + fields.format(n=n, next=(n + 1) % 300, far=(n * 7) % 300)
            + " }"
            for n in range(300)
        )

    sdls = {
        "a": f"{LINK}type Query {{ t: T0 }} {part('a: T{next} b: T{far}')}",
        "b": LINK + part("x{n}: Int y: T{next}"),
    }
    assert judge(sdls).supergraph is not None


def test_requirements_in_circles_are_judged_in_bounded_time() -> None:
    def part(own: int) -> str:
        others = " ".join(f"f{n}: Int @external" for n in range(8) if n != own)
        needs = " ".join(f"f{n}" for n in range(8) if n != own)
        return (
            f'{LINK}type T @key(fields: "id") {{ id: ID! {others} f{own}: Int @requires(fields: "{needs}") }}'
        )

    sdls = {f"s{n}": part(n) for n in range(8)}
    sdls["root"] = f'{LINK}type Query {{ t: T }} type T @key(fields: "id") {{ id: ID! }}'
    found = judge(sdls)
    assert {o.code for o in found.objections} == {"SATISFIABILITY_ERROR"}
    assert len(found.objections) == 8


def test_demands_that_multiply_are_told() -> None:
    link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@shareable", "@policy"])\n'
    sdls = {
        f"s{n}": f'{link}type Query {{ q: Int @shareable @policy(policies: [["a{n}"], ["b{n}"]]) }}'
        for n in range(30)
    }
    found = judge(sdls)
    _is_told(found, sdls)
    assert [o.code for o in found.objections] == ["DIRECTIVE_COMPOSITION_ERROR"]
