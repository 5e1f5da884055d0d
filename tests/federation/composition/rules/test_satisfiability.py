"""SATISFIABILITY_ERROR."""

from __future__ import annotations

from federation import judge
from tests.federation.composition.objecting import codes, objections
from tests.federation.contexts import CONTEXT_LINK


def test_a_field_that_no_key_reaches_is_refused() -> None:
    a = 'type Query { x: T } type T @key(fields: "id") { id: ID! }'
    (found,) = objections(a=a, b='type T @key(fields: "no") { no: ID! far: Int }')[:1]
    assert found.code == "SATISFIABILITY_ERROR"
    assert '"T.no"' in found.message


def test_a_key_that_is_not_resolvable_is_no_way_in() -> None:
    a = 'type Query { x: T } type T @key(fields: "id") { id: ID! }'
    b = 'type T @key(fields: "id", resolvable: false) { id: ID! far: Int }'
    assert codes(a=a, b=b) == ["SATISFIABILITY_ERROR"]


def test_a_value_is_completed_through_every_parent_that_answers() -> None:
    a = "type Query { v: V @shareable } type V { x: Int }"
    b = "type Query { v: V @shareable } type V { y: Int }"
    assert codes(a=a, b=b) == []


def test_a_requirement_is_obtainable() -> None:
    a = 'type Query { x: T } type T @key(fields: "id") { id: ID! }'
    b = 'type T @key(fields: "id") { id: ID! z: Int @external y: Int @requires(fields: "z") }'
    c = 'type T @key(fields: "no") { no: ID! z: Int }'
    assert "SATISFIABILITY_ERROR" in codes(a=a, b=b, c=c)


TAKING = 'type U @key(fields: "id") { id: ID! field(a: String @fromContext(field: "$c { prop }")): Int }'


def contextual(sdl: str, other: str = "type Query { nothing: Int }") -> list[str]:
    found = judge({"a": CONTEXT_LINK + sdl + TAKING, "b": CONTEXT_LINK + other}).objections
    return [objection.code for objection in found]


def test_a_context_is_set_on_every_way_to_what_takes_from_it() -> None:
    setter = (
        'type T @key(fields: "id") @context(name: "c") { id: ID! u: U via: V prop: String } type V { u: U }'
    )
    assert contextual(f"type Query {{ t: T }} {setter}") == []
    (found,) = judge({"a": CONTEXT_LINK + f"type Query {{ t: T u: U }} {setter}" + TAKING}).objections
    assert found.code == "SATISFIABILITY_ERROR"
    assert found.query == "{ u { field } }"
    assert 'nothing above it there sets the context "c"' in found.message
    assert contextual(f"type Query {{ t: T v: V }} {setter}") == ["SATISFIABILITY_ERROR"]


def test_a_context_is_set_above_not_on_the_object_itself() -> None:
    own = """type Query { t: T } type T @key(fields: "id") @context(name: "c")
    { id: ID! prop: String field(a: String @fromContext(field: "$c { prop }")): Int }"""
    (found,) = judge({"a": CONTEXT_LINK + own}).objections
    assert found.code == "SATISFIABILITY_ERROR"


def test_the_nearest_that_sets_the_context_has_what_is_taken_from_it() -> None:
    setters = """type Query @context(name: "c") { t: T prop: String }
    type T @key(fields: "id") @context(name: "c") { id: ID! u: U prop: String @external }"""
    assert contextual(setters, 'type T @key(fields: "no") { no: ID! prop: String }')[:1] == [
        "SATISFIABILITY_ERROR"
    ]
    assert contextual(setters, 'type T @key(fields: "id") { id: ID! prop: String }') == []


def test_each_type_behind_an_interface_sets_the_context_or_the_interface_does() -> None:
    graph = """type Query { i: I } interface I%s { u: U prop: String }
    type A implements I%s { u: U prop: String } type B implements I%s { u: U prop: String }"""
    sets = ' @context(name: "c")'
    assert contextual(graph % (sets, "", "")) == []
    assert contextual(graph % ("", sets, sets)) == []
    assert contextual(graph % ("", sets, "")) == ["SATISFIABILITY_ERROR"]


def test_a_requirement_may_take_from_the_context_that_its_own_object_sets() -> None:
    sdl = (
        """type Query { t: T } type T @key(fields: "id") @context(name: "c") { id: ID! u: U prop: String }"""
    )
    needy = """type T @key(fields: "id") { id: ID! u: U @external sum: Int @requires(fields: "u { field }") }
    type U @key(fields: "id") { id: ID! field: Int @external }"""
    assert contextual(sdl, needy) == []


def test_what_changes_something_is_not_asked_for_the_sake_of_a_context() -> None:
    """Apollo's composition lets it pass; its planner would then run ``prop``, a mutation that nobody asked for."""
    assert contextual('type Query { x: Int } type Mutation @context(name: "c") { u: U prop: String }') == [
        "SATISFIABILITY_ERROR"
    ]


def test_contexts_in_many_combinations_take_no_exponential_time() -> None:
    """Every floor has two ways to the next, each of which sets a context of its own."""
    floors = 24
    graph = "".join(
        f"""type F{n} {{ left: L{n} right: R{n} }}
        type L{n} @context(name: "left{n}") {{ up: F{n + 1} prop: String }}
        type R{n} @context(name: "right{n}") {{ up: F{n + 1} prop: String }} """
        for n in range(floors)
    )
    takers = " ".join(
        f'{side}{n}(a: String @fromContext(field: "${side}{n} {{ prop }}")): Int'
        for n in range(floors)
        for side in ("left", "right")
    )
    top = f'type F{floors} {{ u: W }} type W @key(fields: "id") {{ id: ID! {takers} }}'
    found = judge({"a": CONTEXT_LINK + f"type Query {{ f: F0 }} {graph} {top}"}).objections
    assert {objection.code for objection in found} == {"SATISFIABILITY_ERROR"}
    assert len(found) == 2 * floors
