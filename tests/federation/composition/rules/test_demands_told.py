"""DIRECTIVE_COMPOSITION_ERROR, of demands that make too many alternatives together."""

from __future__ import annotations

from federation import judge
from tests.federation.in_memory import LINK

LATER = LINK.replace('"@tag"', '"@tag", "@requiresScopes", "@policy"').replace("v2.3", "v2.9")


def told(**sdls: str) -> list[tuple[tuple[str, ...], int, int]]:
    composition = judge({name: LATER + sdl for name, sdl in sdls.items()})
    found = [o for o in composition.objections if o.code == "DIRECTIVE_COMPOSITION_ERROR"]
    assert found == list(composition.objections)
    assert all(o.message and o.fix for o in found)
    return [(o.subgraphs, o.line, o.column) for o in found]


def scopes(prefix: str, number: int) -> str:
    written = ", ".join(f'["{prefix}{each}"]' for each in range(number))
    return f"@requiresScopes(scopes: [{written}])"


def test_up_to_five_hundred_alternatives_are_told() -> None:
    a = f"type Query {{ x: Int @shareable\n {scopes('a', 25)} }}"
    b = f"type Query {{ x: Int @shareable\n {scopes('b', 20)} }}"
    assert told(a=a, b=b) == []


def test_of_a_field_in_several_subgraphs() -> None:
    a = f"type Query {{\n  x: Int @shareable {scopes('a', 30)} }}"
    b = f"type Query {{\n  x: Int @shareable {scopes('b', 20)} }}"
    assert told(a=a, b=b) == [(("a", "b"), 3, 3)]


def test_of_an_interface_and_its_field_by_what_their_objects_demand() -> None:
    types = "\n".join(
        f"type T{n} implements I {scopes(f't{n}', 9)} {{ x: Int {scopes(f'x{n}', 9)} }}" for n in range(3)
    )
    found = told(a=f"type Query {{ i: I }}\ninterface I {{\n  x: Int }}\n{types}")
    assert found == [(("a",), 3, 1), (("a",), 4, 3)]


def test_of_what_a_requirement_must_repeat() -> None:
    owner = f"""type Query {{ t: T }}
        type T @key(fields: "id") {{ id: ID! s: S {scopes("a", 30)} }}
        type S @shareable {scopes("b", 20)} {{ x: Int }}"""
    asking = """type T @key(fields: "id") { id: ID! s: S @external
        y: Int @requires(fields: "s { x }") }
        type S @shareable { x: Int @external }"""
    assert told(a=owner, b=asking) == [(("b",), 3, 9)]


def test_of_thirty_demands_it_is_found_at_once() -> None:
    sdls = {f"s{n}": f"type Query {{ x: Int @shareable {scopes(f's{n}_', 2)} }}" for n in range(30)}
    assert [place[1:] for place in told(**sdls)] == [(2, 14)]
