"""Interfaces with keys, and the objects that stand for them."""

from __future__ import annotations

from federation import compose
from tests.federation.composition.objecting import codes
from tests.federation.in_memory import LINK

REAL = """type Query { x: I } interface I @key(fields: "id") { id: ID! }
          type T implements I @key(fields: "id") { id: ID! }"""
STANDING = 'type I @key(fields: "id") @federation__interfaceObject { id: ID! y: Int }'


def test_an_object_stands_for_an_interface_and_adds_fields_to_every_implementation() -> None:
    supergraph = compose({"a": LINK + REAL, "b": LINK + STANDING})
    assert "type T implements I {\n  id: ID!\n  y: Int\n}" in supergraph.api_sdl
    assert supergraph.interface_objects == {"I": ("b",)}
    view = supergraph.views["b"]["I"]
    assert (view.interface_object, view.abstract, view.possible) == (True, False, ("I",))
    assert "T" not in supergraph.views["b"]
    assert "y" not in supergraph.views["a"]["T"].fields
    assert "y: Int @join__field\n" in supergraph.sdl


def test_the_interface_itself_is_somewhere() -> None:
    assert codes(a="type Query { x: Int }", b=STANDING) == ["INTERFACE_OBJECT_USAGE_ERROR"]


def test_it_has_a_key() -> None:
    standing = "type I @federation__interfaceObject { y: Int }"
    assert "INTERFACE_OBJECT_USAGE_ERROR" in codes(a=REAL, b=standing)


def test_its_subgraph_does_not_know_the_implementations() -> None:
    standing = STANDING + " type T implements I { id: ID! }"
    assert "INTERFACE_OBJECT_USAGE_ERROR" in codes(a=REAL, b=standing)


def test_every_implementation_has_the_keys_of_its_interface() -> None:
    real = REAL.replace('implements I @key(fields: "id")', "implements I")
    assert "INTERFACE_KEY_NOT_ON_IMPLEMENTATION" in codes(a=real)


def test_who_resolves_an_interface_by_key_knows_all_implementations() -> None:
    other = 'interface I { id: ID! } type U implements I @key(fields: "id") { id: ID! }'
    assert codes(a=REAL, b=other) == ["INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE"]


def test_without_a_key_that_tells_the_type_nothing_beyond_is_reachable() -> None:
    real = (
        REAL.replace("x: I", "n: Int")
        .replace("{ id: ID! }\n", "{ id: ID! }")
        .replace('@key(fields: "id") {', '@key(fields: "id", resolvable: false) {')
    )
    real = real.replace("id: ID! }", "id: ID! own: Int }", 2)
    standing = STANDING + " type Query { i: I }"
    assert "SATISFIABILITY_ERROR" in codes(a=real, b=standing)
