"""Composing again after a change: the same result as composing afresh, and what did not change is not read again."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from federation import Composer, Composition, compose, judge
from tests.federation.contexts import CONTEXT_LINK
from tests.federation.in_memory import LINK
from tests.federation.shop import SDLS
from tests.federation.worlds.generated import world_of

Edit = Callable[[Random, dict[str, str]], None]


@settings(max_examples=12, deadline=None, derandomize=True)
@given(seed=st.integers(0, 1 << 32))
def test_any_edits_give_what_composing_afresh_gives(seed: int) -> None:
    dice = Random(seed)
    sdls = dict(world_of(dice).sdls)
    composer = Composer()
    for _ in range(6):
        first = tuple(dice.sample(sorted(sdls), dice.randint(0, 1)))
        assert told(composer.judge(sdls, None, first)) == told(judge(sdls, None, first))
        dice.choice(EDITS)(dice, sdls)


def told(composition: Composition) -> object:
    """Everything that planning and clients can see of it."""
    found = composition.supergraph
    if found is None:
        return composition.objections
    facts = (
        found.views,
        found.fields,
        found.possible,
        found.owners,
        found.keys,
        found.external,
        found.requires,
    )
    more = (
        found.clashing,
        found.reserved,
        found.interface_objects,
        found.override_labels,
        found.demands,
        found.contexts,
    )
    return composition.objections, found.sdl, found.api_sdl, found.hash, facts, more


def from_another_world(dice: Random, sdls: dict[str, str]) -> None:
    other = dict(world_of(Random(dice.random())).sdls)
    name = dice.choice(sorted(sdls))
    sdls[name] = other.get(name, sdls[name])


def gone(dice: Random, sdls: dict[str, str]) -> None:
    if len(sdls) > 2:
        del sdls[dice.choice(sorted(sdls))]


def replaced(old: str, new: str) -> Edit:
    def edit(dice: Random, sdls: dict[str, str]) -> None:
        name = dice.choice(sorted(sdls))
        places = sdls[name].count(old)
        if places:
            head, *rest = sdls[name].split(old)
            at = dice.randrange(places)
            sdls[name] = head + "".join((new if n == at else old) + part for n, part in enumerate(rest))

    return edit


def moved(dice: Random, sdls: dict[str, str]) -> None:
    """Everything is said again, a line further down."""
    name = dice.choice(sorted(sdls))
    sdls[name] = f"# moved\n{sdls[name]}"


def without_a_field(dice: Random, sdls: dict[str, str]) -> None:
    name = dice.choice(sorted(sdls))
    lines = sdls[name].splitlines(keepends=True)
    fields = [number for number, line in enumerate(lines) if line.startswith("  ")]
    if fields:
        del lines[dice.choice(fields)]
        sdls[name] = "".join(lines)


EDITS: list[Edit] = [
    from_another_world,
    gone,
    moved,
    without_a_field,
    without_a_field,
    replaced("@external", "@shareable"),
    replaced("@requires", '@tag(name: "t") @requires'),
    replaced("extend schema @link", 'scalar link__Import extend schema @tag(name: "t") @link'),
    replaced("mood: Mood", "mood: Unit"),
    replaced("p: String", 'p: String "said" more: Int @shareable'),
    replaced("p: String", 'p: String @deprecated(reason: "old")'),
    replaced("p: String", "p: String! "),
    replaced("p: String", '"other words" p: String'),
    replaced("type Query", "enum Colour { GREEN } directive @paint on FIELD type Query"),
    replaced("@shareable", "@shareable @inaccessible"),
    replaced("@shareable", '@shareable @tag(name: "t")'),
    replaced("@shareable", ""),
    replaced("interface Being", "interface Living { p: String } interface Being"),
    replaced("type Query", "enum Colour { RED } type Query"),
    replaced("String", "Int"),
]


@pytest.mark.parametrize(
    ("subgraphs", "changed"),
    [
        (
            (
                "type Query { v: V } type V @shareable { x: Int }",
                "type V @shareable { x: Int } type W { v: V }",
            ),
            "type V @shareable @inaccessible { x: Int } type W { y: Int }",
        ),
        (
            ("type Query { x(e: E = B): Int } enum E { A B }", "enum E { A B } type W { e(e: E): Int }"),
            "enum E { A B @inaccessible } type W { e(e: E): Int }",
        ),
        (
            (
                "type Query { i: I @shareable } interface I { x: Int }",
                "interface I { x: Int } type V implements I @shareable { x: Int } type W { v: V }",
                "type Query { i: V @shareable } type V @shareable { x: Int }",
            ),
            "interface I { x: Int } type V @shareable { x: Int } type W { v: V }",
        ),
        (
            ("type Query { x: Int } enum E { A }", "enum E { A } type W { x: Int }"),
            "enum E { A } type W { x: E }",
        ),
        (
            ("type Query { v: V } type V @shareable { x: Int }", '"told" type V @shareable { x: Int }'),
            '"told" type V @shareable { x: Int y: Int }',
        ),
    ],
    ids=[
        "a type is hidden",
        "a value is hidden",
        "a type implements no longer",
        "an enum is used",
        "a value type has more fields",
    ],
)
def test_a_change_elsewhere_is_seen_by_whoever_refers_to_it(subgraphs: tuple[str, ...], changed: str) -> None:
    before = {f"s{number}": LINK + sdl for number, sdl in enumerate(subgraphs)}
    after = {**before, "s1": LINK + changed}
    composer = Composer()
    composer.compose(before)
    assert told(composer.judge(after)) == told(judge(after))
    assert {o.code for o in judge(after).objections} != {o.code for o in judge(before).objections}


REQUIRING = """type Query { u: U } type T @key(fields: "id") { id: ID! a: Int }
type U @key(fields: "id") { id: ID! t: T x: Int @requires(fields: "t { a }") }"""
COMPOSED = """extend schema @link(url: "https://example.org/mine/v1.0", import: ["@mine"]) @composeDirective(name: "@mine")
directive @mine on OBJECT type T @mine { x: Int }"""
PROVIDING = """type T @key(fields: "id") { id: ID! a: Int @external x: Int @requires(fields: "a") }
type Query { u: T @provides(fields: "a") }"""
EXTENDING = "type W { e: E } extend enum E { A }"
NEWER = LINK.replace("federation/v2.3", "federation/v2.9").replace('"@tag"', '"@tag", "@composeDirective"')
ELSEWHERE = {
    "no longer required": (
        NEWER + 'type T @key(fields: "id") { id: ID! a: Int @override(from: "s1") }',
        REQUIRING,
        REQUIRING.replace('@requires(fields: "t { a }")', ""),
    ),
    "no longer composed": (
        NEWER + "type Query { x: Int }",
        NEWER + COMPOSED,
        NEWER + COMPOSED.replace('@composeDirective(name: "@mine")', ""),
    ),
    "of Federation 1": (NEWER + "type Query { x: Int }", NEWER + EXTENDING, EXTENDING),
    "provided now": (
        NEWER + 'type Query { t: T } type T @key(fields: "id") { id: ID! a: Int }',
        NEWER + PROVIDING.replace(' @provides(fields: "a")', ""),
        NEWER + PROVIDING,
    ),
    "no longer in a key": (
        NEWER + "type Query { v: V } type V @shareable { x: Int }",
        NEWER + 'type V { x: Int } type U @key(fields: "v { x }") { v: V }',
        NEWER + "type V { x: Int } type U { v: V }",
    ),
}


@pytest.mark.parametrize("case", ELSEWHERE)
def test_a_type_that_reads_as_before_may_mean_something_else(case: str) -> None:
    """Because of what its own subgraph says elsewhere."""
    other, before, after = ELSEWHERE[case]
    composer = Composer()
    composer.compose({"s0": other, "s1": before})
    both = {"s0": other, "s1": after}
    assert told(composer.judge(both)) == told(judge(both))


SETTING = """type Query { i: I u: U } interface I @context(name: "c") { prop: String }
type S implements I @key(fields: "id") { id: ID! prop: String other: String w: W }
type U @key(fields: "id") { id: ID! }
type W @key(fields: "id") { id: ID! field(a: String @fromContext(field: "$c { prop }")): Int }"""
ON_OBJECT = SETTING.replace("S implements I", 'S implements I @context(name: "c")')
CONTEXTS = [
    ("a", SETTING, {"a__c": {"S"}}),
    ("a", SETTING.replace("{ prop }", "... on S { other }"), {"a__c": {"S"}}),
    ("a", SETTING.replace('name: "c"', 'name: "d"').replace("$c", "$d"), {"a__d": {"S"}}),
    ("a", ON_OBJECT.replace("interface I @context", "interface I @tag"), {"a__c": {"S"}}),
    ("b", 'type Query { w: W } type W @key(fields: "id") { id: ID! }', "SATISFIABILITY_ERROR"),
    (
        "b",
        """type Query { j: I } interface I { prop: String } type W @key(fields: "id") { id: ID! }
        type V implements I @key(fields: "id") { id: ID! prop: String w: W }""",
        "SATISFIABILITY_ERROR",
    ),
    ("a", SETTING, "SATISFIABILITY_ERROR"),
    ("a", SETTING.replace('@fromContext(field: "$c { prop }")', ""), {"a__c": {"S"}}),
    ("a", SETTING, "SATISFIABILITY_ERROR"),
    ("b", "type V { x: Int }", {"a__c": {"S"}}),
]
"""A subgraph as it is from now on, and who sets contexts then, or why it does not compose."""


def test_a_change_of_only_a_context_gives_what_composing_afresh_gives() -> None:
    composer = Composer()
    sdls: dict[str, str] = {}
    for name, sdl, expected in CONTEXTS:
        sdls[name] = CONTEXT_LINK + sdl
        again = composer.judge(sdls)
        assert told(again) == told(judge(sdls))
        if again.supergraph is None:
            assert [objection.code for objection in again.objections] == [expected]
        else:
            assert again.supergraph.contexts == expected


def test_after_a_set_that_does_not_compose_it_goes_on_from_the_last_that_did() -> None:
    composer = Composer()
    composer.compose(SDLS)
    broken = {**SDLS, "goods": "type Query {"}
    assert [o.code for o in composer.judge(broken).objections] == ["INVALID_GRAPHQL"]
    assert composer.compose(SDLS).sdl == compose(SDLS).sdl


def test_what_did_not_change_is_the_same_object_again() -> None:
    own = {f"d{n}": f"{LINK}type Query {{ q{n}: T{n} }} type T{n} {{ x: Int }}" for n in range(3)}
    composer = Composer()
    before = composer.compose(own)
    after = composer.compose({**own, "d1": own["d1"].replace("x: Int", "x: Int y: Int")})
    assert after.views["d0"]["T0"] is before.views["d0"]["T0"]
    assert after.views["d1"]["T1"] is not before.views["d1"]["T1"]


def test_only_the_last_set_is_kept() -> None:
    composer = Composer()
    for number in range(30):
        composer.compose({"a": f"{LINK}type Query {{ x: Int y{number}: Int }}"})
        composer.judge({"a": f"{LINK}type Query {{ x: Int y{number}: Nobody }}"})
    once = Composer()
    once.compose({"a": f"{LINK}type Query {{ x: Int y: Int }}"})
    assert composer.kept == once.kept
