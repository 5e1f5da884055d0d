"""What restricts access is merged by AND, inherited by interfaces, and neither a requirement nor a context is a way around it."""

from __future__ import annotations

from federation import compose
from tests.federation.composition.objecting import codes as codes_of_version_2_3
from tests.federation.in_memory import LINK

LATER = LINK.replace(
    '"@tag"', '"@tag", "@authenticated", "@requiresScopes", "@policy", "@interfaceObject"'
).replace("v2.3", "v2.9")
PERSON = 'type Query { x: T } type T @key(fields: "id") { id: ID! s: Int @shareable %s }'


def supergraph(**sdls: str) -> str:
    return compose({name: LATER + sdl for name, sdl in sdls.items()}).sdl


def codes(**sdls: str) -> list[str]:
    swapped = {name: sdl.replace("@auth", "@federation__authenticated") for name, sdl in sdls.items()}
    return codes_of_version_2_3(**swapped)


def test_two_subgraphs_demands_are_both_made() -> None:
    a = PERSON % '@requiresScopes(scopes: [["a"], ["b"]]) @authenticated'
    b = 'type T @key(fields: "id") { id: ID! s: Int @shareable @requiresScopes(scopes: [["c"]]) }'
    assert 's: Int @authenticated @requiresScopes(scopes: [["a", "c"], ["b", "c"]])' in supergraph(a=a, b=b)
    assert supergraph(a=a, b=b) == supergraph(b=b, a=a)


def test_an_interface_demands_what_any_implementation_demands() -> None:
    a = """type Query { i: I } interface I { s: Int }
           type T implements I @authenticated { s: Int @policy(policies: [["p"]]) }
           type U implements I { s: Int @policy(policies: [["q"]]) }"""
    sdl = supergraph(a=a)
    interface = sdl[sdl.index("interface I") : sdl.index("type Query")]
    assert "@authenticated" in interface
    assert 's: Int @policy(policies: [["p", "q"]])' in interface


def test_an_implementation_demands_what_an_interface_object_demands_of_its_fields() -> None:
    a = """type Query { i: I } interface I @key(fields: "id") { id: ID! }
           type T implements I @key(fields: "id") { id: ID! }"""
    b = 'type I @key(fields: "id") @interfaceObject { id: ID! y: Int @policy(policies: [["z"]]) }'
    sdl = supergraph(a=a, b=b)
    assert 'y: Int @policy(policies: [["z"]]) @join__field\n' in sdl


def test_demands_do_not_stand_on_interfaces() -> None:
    a = "type Query { i: I } interface I { s: Int @auth } type T implements I { s: Int }"
    assert codes(a=a) == ["AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE"]


def test_a_requirement_demands_what_the_required_field_demands() -> None:
    a = 'type Query { x: T } type T @key(fields: "id") { id: ID! s: Int @auth }'
    b = 'type T @key(fields: "id") { id: ID! s: Int @external y: Int @requires(fields: "s") }'
    assert codes(a=a, b=b) == ["MISSING_TRANSITIVE_AUTH_REQUIREMENTS"]
    assert codes(a=a, b=b.replace("y: Int", "y: Int @auth")) == []


def test_an_argument_from_a_context_demands_what_the_field_there_demands() -> None:
    sdl = """type Query { t: T } type T @key(fields: "id") @federation__context(name: "c") { id: ID! u: U s: String @auth }
    type U @key(fields: "id") { id: ID! y(a: String @federation__fromContext(field: "$c { s }")): Int }"""
    assert codes(a=sdl) == ["MISSING_TRANSITIVE_AUTH_REQUIREMENTS"]
    assert codes(a=sdl.replace("): Int", "): Int @auth")) == []
