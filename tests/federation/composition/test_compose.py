"""The composed graph: what is merged how, and that the order of subgraphs says nothing."""

from __future__ import annotations

from random import Random
from time import process_time

import pytest
from graphql import GraphQLEnumType, parse, validate, validate_schema
from hypothesis import given, settings
from hypothesis import strategies as st

from federation import CompositionFailed, compose, load_supergraph
from federation.supergraph_sdl.apart import subgraph_sdls
from tests.federation.in_memory import LINK
from tests.federation.shop import SDLS
from tests.federation.worlds.generated import world_of


def api(**sdls: str) -> str:
    return compose({name: LINK + sdl for name, sdl in sdls.items()}).api_sdl


def test_the_api_hides_what_is_inaccessible_and_every_federation_directive() -> None:
    supergraph = compose(SDLS)
    assert "secret" not in supergraph.api_sdl
    assert "@key" not in supergraph.api_sdl
    assert "secret" in supergraph.fields["Person"]
    assert not validate_schema(supergraph.api_schema)


def test_the_supergraph_knows_owners_keys_and_requirements() -> None:
    supergraph = compose(SDLS)
    assert supergraph.owners["Good.price"] == ("goods",)
    assert supergraph.owners["Person.id"] == ("goods", "opinions", "people")
    assert [str(key) for key in supergraph.keys["Good", "opinions"]] == ["sku"]
    assert supergraph.keys["Person", "goods"][0].resolvable is False
    assert ("opinions", "Good.price") in supergraph.external
    assert [need.name for need in supergraph.requires["opinions", "Good.postage"]] == ["price", "weight"]
    assert "Good.postage" in list(supergraph.coordinates)


def test_the_hash_changes_with_any_input() -> None:
    changed = {**SDLS, "goods": SDLS["goods"] + " "}
    assert compose(SDLS).hash != compose(changed).hash
    assert len(compose(SDLS).hash) == 64


@settings(max_examples=25, deadline=None, derandomize=True)
@given(seed=st.integers(0, 1 << 32))
def test_the_order_of_subgraphs_changes_nothing(seed: int) -> None:
    dice = Random(seed)
    sdls = list(world_of(dice).sdls.items())
    shuffled = dice.sample(sdls, len(sdls))
    assert _composed(dict(sdls)) == _composed(dict(shuffled))


def _composed(sdls: dict[str, str]) -> object:
    try:
        found = compose(sdls)
    except CompositionFailed as failure:
        return failure.objections
    return found.api_sdl, found.hash, found.owners, found.keys, found.names


def test_descriptions_are_the_first_by_name_of_subgraph_and_deprecation_stays() -> None:
    a = '"""later""" type Query { x: Int @shareable @deprecated(reason: "old") }'
    b = '"""last""" type Query { "said" x: Int @shareable }'
    supergraph = compose({"b": LINK + b, "a": LINK + a})
    assert '"""later"""' in supergraph.api_sdl
    assert '@deprecated(reason: "old")' in supergraph.api_sdl
    assert supergraph.field_descriptions == {"Query.x": "said"}


def test_whoever_is_named_first_comes_before_all_others_whatever_the_order() -> None:
    sdls = {
        "a": LINK
        + '"""of a""" type Query { x: Int @shareable "a" y: Int @shareable } enum E { P Q } type T { e: E }',
        "z": LINK + '"""of z""" type Query { me: Int "z" y: Int @shareable } enum E { Q P } type T { e: E }',
    }
    sdls = {name: sdl.replace("e: E", "e: E @shareable") for name, sdl in sdls.items()}
    found = compose(sdls, first=("z", "nobody"))
    assert list(found.api_schema.type_map["Query"].fields) == ["me", "y", "x"]  # type: ignore[attr-defined]
    assert found.api_schema.type_map["Query"].description == "of z"
    assert found.field_descriptions == {"Query.y": "z"}
    assert list(found.api_schema.type_map["E"].values) == ["Q", "P"]  # type: ignore[attr-defined]
    assert found.sdl == compose(dict(reversed(sdls.items())), first=("z",)).sdl
    assert found.hash != compose(sdls).hash


def test_outputs_take_the_widest_type_and_inputs_the_narrowest() -> None:
    a = "type Query { x(n: Int, only: Int): Int! @shareable }"
    b = "type Query { x(n: Int!): Int @shareable }"
    assert "x(n: Int!): Int\n" in api(a=a, b=b)


def test_unions_are_united_and_input_objects_intersected() -> None:
    a = "type Query { u: U i(i: I): Int } union U = A type A { n: Int } input I { x: Int y: Int }"
    b = "union U = B type B { n: Int } input I { x: Int }"
    sdl = api(a=a, b=b)
    assert "union U = A | B" in sdl
    assert "y: Int" not in sdl


def test_an_input_of_which_one_subgraph_wants_one_field_only_is_such_in_the_graph() -> None:
    a = LINK + "type Query { i(i: I): Int } input I @oneOf { x: Int y: Int }"
    made = compose({"a": a, "b": LINK + "type Query { j(i: I): Int } input I { x: Int y: Int }"})
    for graph in (made, load_supergraph(made.sdl), compose(subgraph_sdls(made.document))):
        assert not validate(graph.api_schema, parse("{ j(i: { x: 1 }) }"))
        assert validate(graph.api_schema, parse("{ j(i: { x: 1, y: 1 }) }"))
    assert "directive @oneOf on INPUT_OBJECT" in made.sdl
    assert "directive @oneOf" not in compose({"a": a.replace("@oneOf", "")}).sdl


def test_enums_are_united_in_answers_and_intersected_in_arguments() -> None:
    a = "type Query { o: O i(i: I): Int } enum O { A } enum I { A B }"
    schema = compose({"a": LINK + a, "b": LINK + "enum O { B } enum I { A }"}).api_schema
    answers, arguments = schema.type_map["O"], schema.type_map["I"]
    assert isinstance(answers, GraphQLEnumType)
    assert isinstance(arguments, GraphQLEnumType)
    assert (sorted(answers.values), sorted(arguments.values)) == (["A", "B"], ["A"])


def test_a_version_1_subgraph_is_read_leniently() -> None:
    a = 'type Query { me: User } type User @key(fields: "id") { id: ID! name: String } type V { x: Int }'
    b = """extend type User @key(fields: "id") { id: ID! @external v: V } type V { x: Int }
           directive @key(fields: String!) on OBJECT  scalar _Any  union _Entity = User
           extend type Query { _entities(representations: [_Any!]!): [_Entity]! }"""
    supergraph = compose({"a": a, "b": b})
    assert supergraph.owners["User.v"] == ("b",)
    assert "_Entity" not in supergraph.api_sdl


def test_directives_may_be_renamed_or_used_by_their_namespace() -> None:
    link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.0", '
    a = (
        link
        + 'import: [{name: "@key", as: "@identity"}]) type Query { t: T } type T @identity(fields: "id") { id: ID! }'
    )
    b = link + 'as: "fed") type T @fed__key(fields: "id") { id: ID! x: Int }'
    assert compose({"a": a, "b": b}).owners["T.x"] == ("b",)


def test_renamed_root_types_get_their_usual_names() -> None:
    sdl = "schema { query: Root } type Root { x: Int again: Root }"
    assert "type Query {\n  x: Int\n  again: Query\n}" in compose({"a": sdl}).api_sdl


def test_an_sdl_that_does_not_parse_is_an_objection_with_its_place() -> None:
    with pytest.raises(CompositionFailed) as caught:
        compose({"a": "type Query {\n  x: \n}"})
    (found,) = caught.value.objections
    assert (found.code, found.line) == ("INVALID_GRAPHQL", 3)
    assert found.fix


def test_a_province_of_27_subgraphs_composes_in_under_a_second() -> None:
    sdls = {f"d{n:02}": LINK + _department(n) for n in range(27)}
    started = process_time()
    compose(sdls)
    assert process_time() - started < 1.0


def _department(number: int) -> str:
    own = " ".join(
        f"type T{number}x{n} {{ {' '.join(f'f{f}: String' for f in range(8))} }}" for n in range(7)
    )
    fields = " ".join(f"d{number}x{n}: T{number}x{n}" for n in range(7))
    root = "me: Citizen" if number == 0 else f"q{number}: Int"
    return f'{own} type Citizen @key(fields: "cid") {{ cid: ID! {fields} }} type Query {{ {root} }}'
