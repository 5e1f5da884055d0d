"""Supergraph SDL: what compose writes loads as the same supergraph, and so does what others write."""

from __future__ import annotations

from random import Random

import pytest
from graphql import parse
from hypothesis import given, settings
from hypothesis import strategies as st

from federation import CompositionFailed, Guard, InvalidSupergraph, compose, load_supergraph
from federation.fieldsets import field_set_text
from tests.federation.contexts import CONTEXT_LINK
from tests.federation.in_memory import LINK
from tests.federation.shop import SDLS
from tests.federation.worlds.generated import world_of

JOIN = """
schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION)
  @link(url: "https://specs.apollo.dev/inaccessible/v0.2", as: "hide", for: SECURITY) { query: Query }
scalar join__FieldSet
scalar link__Import
enum link__Purpose { SECURITY EXECUTION }
directive @hide on FIELD_DEFINITION
enum join__Graph { A @join__graph(name: "a-1", url: "http://one") B @join__graph(name: "b", url: "http://two") }
type Query @join__type(graph: A) @join__type(graph: B) { x: T @join__field(graph: A, provides: "z") u: U }
type T @join__type(graph: A, key: "id", resolvable: false) @join__type(graph: B, key: "id") @join__type(graph: B, key: "no") {
  id: ID!
  no: Int @join__field(graph: B)
  z: Int @join__field(graph: A, external: true) @join__field(graph: B, type: "Int!")
  s: Int @join__field(graph: B, requires: "z") @hide
}
union U @join__type(graph: A) @join__type(graph: B) @join__unionMember(graph: B, member: "T") = T
"""


@settings(max_examples=25, deadline=None, derandomize=True)
@given(seed=st.integers(0, 1 << 32))
def test_what_is_composed_loads_as_the_same_supergraph(seed: int) -> None:
    try:
        composed = compose(world_of(Random(seed)).sdls, {"x": "http://x.example"})
    except CompositionFailed:
        return
    loaded = load_supergraph(composed.sdl)
    assert loaded.sdl == composed.sdl
    assert loaded.api_sdl == composed.api_sdl
    assert (loaded.views, loaded.fields, loaded.possible) == (
        composed.views,
        composed.fields,
        composed.possible,
    )
    assert (loaded.keys, loaded.owners, loaded.requires) == (
        composed.keys,
        composed.owners,
        composed.requires,
    )
    assert (loaded.clashing, loaded.urls) == (composed.clashing, composed.urls)


def test_the_order_of_subgraphs_changes_no_letter_of_the_sdl() -> None:
    assert compose(SDLS).sdl == compose(dict(reversed(SDLS.items()))).sdl


def test_a_supergraph_of_others_tells_who_has_what() -> None:
    loaded = load_supergraph(JOIN)
    assert loaded.names == ("a-1", "b")
    assert loaded.urls == {"a-1": "http://one", "b": "http://two"}
    assert [key.resolvable for key in loaded.keys["T", "a-1"]] == [False]
    assert [str(key) for key in loaded.keys["T", "b"]] == ["id", "no"]
    assert loaded.owners["T.z"] == ("b",)
    assert loaded.views["b"]["T"].fields["z"].type == "Int!"
    assert [need.name for need in loaded.views["a-1"]["Query"].fields["x"].provides] == ["z"]
    assert loaded.views["a-1"]["U"].possible == ()
    assert loaded.views["b"]["U"].possible == ("T",)
    assert loaded.views["b"]["Query"].fields.keys() == {"u"}


@pytest.mark.parametrize(
    ("said", "instead", "told"),
    [
        (
            'requires: "z"',
            'requires: "gone"',
            'the requires of T.s in b names "T.gone", which the graph does not have',
        ),
        (
            'requires: "z"',
            'requires: "z { q }"',
            'the requires of T.s in b names "T.z" with fields of its own',
        ),
        (
            'requires: "z"',
            'requires: "... on Gone { z }"',
            'the requires of T.s in b names the type "Gone", which has no fields in the graph',
        ),
        (
            'key: "no"',
            'key: "gone"',
            'the key "gone" of T in b names "T.gone", which the graph does not have',
        ),
        (
            'provides: "z"',
            'provides: "gone"',
            'the provides of Query.x in a-1 names "T.gone", which the graph does not have',
        ),
        ("Query", "Root", 'the root type "Root" must be called "Query"'),
    ],
)
def test_a_supergraph_that_names_what_it_does_not_have_is_refused(said: str, instead: str, told: str) -> None:
    assert said in JOIN
    with pytest.raises(InvalidSupergraph) as refused:
        load_supergraph(JOIN.replace(said, instead))
    assert refused.value.reasons == (told,)


def test_a_typename_in_a_key_is_known_everywhere() -> None:
    assert load_supergraph(JOIN.replace('key: "no"', 'key: "__typename no"'))


def test_renamed_features_hide_as_well_and_leave_nothing_behind() -> None:
    loaded = load_supergraph(JOIN)
    assert "s" in loaded.fields["T"]
    for machinery in ("s:", "hide", "join__", "link__"):
        assert machinery not in loaded.api_sdl


def test_labels_guard_both_sides() -> None:
    labelled = JOIN.replace(
        "no: Int @join__field(graph: B)",
        'no: Int @join__field(graph: A, overrideLabel: "l") @join__field(graph: B, override: "a-1", overrideLabel: "l")',
    )
    loaded = load_supergraph(labelled)
    assert loaded.views["a-1"]["T"].fields["no"].guard == Guard("l", active=False)
    assert loaded.views["b"]["T"].fields["no"].guard == Guard("l", active=True)
    assert loaded.override_labels == {"l": None}


def test_the_first_version_of_join_has_owners() -> None:
    sdl = """
    schema @core(feature: "https://specs.apollo.dev/core/v0.1") @core(feature: "https://specs.apollo.dev/join/v0.1")
      { query: Query }
    enum join__Graph { A @join__graph(name: "a", url: "http://a") B @join__graph(name: "b", url: "http://b") }
    type Query { x: T @join__field(graph: A) }
    type T @join__owner(graph: A) @join__type(graph: A, key: "id") @join__type(graph: B, key: "id") {
      id: ID! @join__field(graph: A)
      own: Int
      other: V @join__field(graph: B)
    }
    type V { n: Int }
    """
    loaded = load_supergraph(sdl)
    assert loaded.owners["T.own"] == ("a",)
    assert loaded.owners["T.other"] == ("b",)
    assert loaded.owners["V.n"] == ("a", "b")


@pytest.mark.parametrize("sdl", ["type Query {", "type Query { x: Int }", JOIN.replace("x: T", "x: Nothing")])
def test_what_is_no_supergraph_is_refused(sdl: str) -> None:
    with pytest.raises(InvalidSupergraph):
        load_supergraph(sdl)


def test_the_sdl_says_join_in_the_oldest_version_that_can_say_it() -> None:
    a = 'type Query { x: T } type T @key(fields: "id") { id: ID! y: Int }'
    b = 'type T @key(fields: "id") { id: ID! y: Int @override(from: "a", label: "percent(20)") }'
    assert "join/v0.3" in compose({"a": LINK + a}).sdl
    assert "join/v0.4" in compose({"a": LINK + a, "b": LINK + b}).sdl
    assert parse(compose({"a": LINK + a, "b": LINK + b}).sdl)


def test_graphs_get_values_of_their_own() -> None:
    names = ("a-b", "a_b", "1st")
    sdls = {name: LINK + f"type Query {{ q{n}: Int }}" for n, name in enumerate(names)}
    assert load_supergraph(compose(sdls).sdl).names == tuple(sorted(names))


def test_contexts_of_others_are_read_under_any_name_and_however_the_selection_is_written() -> None:
    """Apollo's composition leaves the selection as it was written; the feature may be renamed."""
    sdl = """
    schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/v0.5", for: EXECUTION)
      @link(url: "https://specs.apollo.dev/context/v0.1", as: "ctx", for: SECURITY) { query: Query }
    directive @ctx(name: String!) repeatable on INTERFACE | OBJECT | UNION
    scalar ctx__ContextFieldValue
    scalar join__FieldValue
    input join__ContextArgument { name: String! type: String! context: String! selection: join__FieldValue! }
    enum join__Graph { A @join__graph(name: "a", url: "http://a") }
    type Query @join__type(graph: A) { any: Any }
    union Any @join__type(graph: A) @join__unionMember(graph: A, member: "T") @join__unionMember(graph: A, member: "S")
      @ctx(name: "a__c") = T | S
    type T @join__type(graph: A) { u: U x: String }
    type S @join__type(graph: A) @ctx(name: "a__d") { u: U y: String }
    type U @join__type(graph: A, key: "id") {
      id: ID!
      bare: Int @join__field(graph: A, contextArguments: [{context: "a__d", name: "p", type: "String", selection: " y"}])
      braced: Int @join__field(graph: A, contextArguments: [
        {context: "a__c", name: "p", type: "String", selection: " ... on T { x } ... on S { y }"}
        {context: "a__d", name: "q", type: "[String]", selection: " { y }"}])
    }"""
    loaded = load_supergraph(sdl)
    assert loaded.contexts == {"a__c": {"S", "T"}, "a__d": {"S"}}
    fields = loaded.views["a"]["U"].fields
    said = {
        f"{name}({argument.name}: {argument.type})": field_set_text(argument.needs)
        for name in ("bare", "braced")
        for argument in fields[name].contextual
    }
    assert said == {
        "bare(p: String)": "y",
        "braced(p: String)": "... on T { x } ... on S { y }",
        "braced(q: [String])": "y",
    }
    for machinery in ("ctx", "join__", "(p"):
        assert machinery not in loaded.api_sdl


@pytest.mark.parametrize(
    ("kind", "selection"),
    [
        ("]", "{ a }"),
        ("[" * 5_000, "{ a }"),
        ("Int", "{"),
        ("Int", ""),
        ("Int", "{ a } { b }"),
        ("Int", "{" * 5_000),
    ],
)
def test_contextual_arguments_that_make_no_sense_are_refused(kind: str, selection: str) -> None:
    said = f'{{context: "c", name: "n", type: "{kind}", selection: "{selection}"}}'
    sdl = f"""enum join__Graph {{ A @join__graph(name: "a", url: "") }} schema {{ query: Query }}
    type Query @join__type(graph: A) {{ x: Int @join__field(graph: A, contextArguments: [{said}]) }}"""
    with pytest.raises(InvalidSupergraph, match="makes no sense"):
        load_supergraph(sdl)


def test_an_abstract_type_sets_a_context_for_the_objects_that_the_context_s_subgraph_has_in_it() -> None:
    """What others add to the union or let implement the interface, the subgraph could not name in its selections."""
    setting = CONTEXT_LINK + (
        'type Query { a: A b: B } union Any @context(name: "u") = A interface I @context(name: "i") { id: ID! }'
        'type A implements I @key(fields: "id") { id: ID! } type B @key(fields: "id") { id: ID! }'
    )
    adding = (
        CONTEXT_LINK
        + 'union Any = B interface I { id: ID! } type B implements I @key(fields: "id") { id: ID! }'
    )
    assert compose({"s": setting, "t": adding}).contexts == {"s__i": {"A"}, "s__u": {"A"}}
