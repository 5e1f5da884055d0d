"""What each field demands, read from supergraphs of our own and of others."""

from __future__ import annotations

import pytest

from federation import InvalidSupergraph, Supergraph, compose, load_supergraph
from federation.access import Demand

LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", '
    '"@external", "@requires", "@interfaceObject", "@authenticated", "@requiresScopes", "@policy"])\n'
)
LOGIN = Demand(authenticated=True)


def scopes(*alternatives: tuple[str, ...]) -> Demand:
    return Demand(scopes=frozenset({alternatives}))


def composed(**sdls: str) -> Supergraph:
    return compose({name: LINK + sdl for name, sdl in sdls.items()})


def others(body: str, features: str = "") -> Supergraph:
    """A supergraph that others composed, with one subgraph."""
    return load_supergraph(
        f"""
schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION)
  {features} {{ query: Query }}
enum join__Graph {{ A @join__graph(name: "a", url: "http://a") }}
{body}"""
    )


ACCESS = (
    '@link(url: "https://specs.apollo.dev/authenticated/v0.1", for: SECURITY)'
    '@link(url: "https://specs.apollo.dev/requiresScopes/v0.1", for: SECURITY)'
)


def test_a_graph_without_any_demands_nothing() -> None:
    assert composed(a="type Query { x: Int }").demands == {}


def test_a_field_demands_what_it_says_and_what_its_type_and_its_result_say() -> None:
    graph = composed(
        a="""
type Query { me: Person day: Day mood: Mood all: [Person!]! free: Int }
type Person @authenticated { name: String @requiresScopes(scopes: [["read"]]) }
scalar Day @policy(policies: [["calendar"]])
enum Mood @authenticated { FINE }
"""
    )
    assert graph.demands == {
        "Person.__typename": LOGIN,
        "Person.name": LOGIN & scopes(("read",)),
        "Query.all": LOGIN,
        "Query.day": Demand(policies=frozenset({(("calendar",),)})),
        "Query.me": LOGIN,
        "Query.mood": LOGIN,
    }


def test_subgraphs_demand_together() -> None:
    graph = composed(
        a='type Query { x: Int @shareable @requiresScopes(scopes: [["a"], ["b"]]) }',
        b='type Query { x: Int @shareable @requiresScopes(scopes: [["c"]]) @authenticated }',
    )
    assert graph.demands == {"Query.x": LOGIN & scopes(("a", "c"), ("b", "c"))}


def test_each_object_behind_an_interface_decides_for_itself() -> None:
    graph = composed(
        a="""
type Query { posts: [Post!]! one: Any }
interface Post { id: ID! text: String }
union Any = Private | Public
type Private implements Post @authenticated { id: ID! text: String @requiresScopes(scopes: [["x"]]) }
type Public implements Post { id: ID! text: String @requiresScopes(scopes: [["y"], ["z"]]) }
"""
    )
    assert graph.demands == {
        "Private.__typename": LOGIN,
        "Private.id": LOGIN,
        "Private.text": LOGIN & scopes(("x",)),
        "Public.text": scopes(("y",), ("z",)),
    }


def test_what_only_an_interface_says_holds_for_all_of_its_objects() -> None:
    graph = others(
        """
type Query @join__type(graph: A) { posts: [Post] open: Open }
interface Post @join__type(graph: A) @authenticated { id: ID! text: String @requiresScopes(scopes: [["x"]]) }
interface Open @join__type(graph: A) { id: ID! @authenticated }
type Private implements Post & Open @join__implements(graph: A, interface: "Post") @join__type(graph: A)
  @join__implements(graph: A, interface: "Open") { id: ID! text: String }
type Public implements Open @join__implements(graph: A, interface: "Open") @join__type(graph: A) { id: ID! }
""",
        ACCESS,
    )
    assert graph.demands == {
        "Private.__typename": LOGIN,
        "Private.id": LOGIN,
        "Private.text": LOGIN & scopes(("x",)),
        "Public.id": LOGIN,
        "Query.posts": LOGIN,
    }


def test_features_under_other_names_are_known_by_their_links() -> None:
    graph = others(
        """
type Query @join__type(graph: A) { a: Int @login b: Int @auth__requiresScopes(scopes: [["x"]]) c: Int @mine(policies: [["p"]]) }
""",
        '@link(url: "https://specs.apollo.dev/authenticated/v0.1", as: "x", import: [{name: "@authenticated", as: "@login"}])'
        '@link(url: "https://specs.apollo.dev/requiresScopes/v0.1", as: "r", import: '
        '[{name: "@requiresScopes", as: "@auth__requiresScopes"}])'
        '@link(url: "https://specs.apollo.dev/policy/v0.1", as: "mine")',
    )
    assert graph.demands == {
        "Query.a": LOGIN,
        "Query.b": scopes(("x",)),
        "Query.c": Demand(policies=frozenset({(("p",),)})),
    }


def test_a_requirement_demands_what_it_reads_and_what_that_reads_in_turn() -> None:
    """Others' composers did not always refuse a field that demands less than what it requires."""
    graph = others(
        """
type Query @join__type(graph: A) { t: T }
type T @join__type(graph: A, key: "id") {
  id: ID!
  secret: Box @join__field(graph: A, external: true)
  b: Int @join__field(graph: A, requires: "secret { ... on Tin { inner } }")
  c: Int @join__field(graph: A, requires: "b")
  d: Int
}
interface Box @join__type(graph: A) { inner: Int }
type Tin implements Box @join__implements(graph: A, interface: "Box") @join__type(graph: A) { inner: Int @authenticated }
type Bag implements Box @join__implements(graph: A, interface: "Box") @join__type(graph: A)
  { inner: Int @requiresScopes(scopes: [["x"]]) }
""",
        ACCESS,
    )
    assert graph.demands == {
        "Bag.inner": scopes(("x",)),
        "Tin.inner": LOGIN,
        "T.b": LOGIN,
        "T.c": LOGIN,
    }


@pytest.mark.parametrize("selection", ["{ secret { inner } }", " ... on Owner { secret { inner } }"])
def test_a_context_is_no_way_around_either(selection: str) -> None:
    graph = others(
        f"""
type Query @join__type(graph: A) {{ owner: Owner }}
type Owner @join__type(graph: A, key: "id") @context(name: "a__mine") {{ id: ID! secret: Box pet: Pet }}
type Box @join__type(graph: A) {{ inner: Int @authenticated }}
type Pet @join__type(graph: A) {{
  name: String @join__field(graph: A, contextArguments: [
    {{ context: "a__mine", name: "of", type: "Int", selection: "{selection}" }}])
}}
""",
        ACCESS + '@link(url: "https://specs.apollo.dev/context/v0.1", for: SECURITY)',
    )
    assert graph.demands == {"Box.inner": LOGIN, "Pet.name": LOGIN}


def test_a_context_that_does_not_parse_is_no_supergraph() -> None:
    with pytest.raises(InvalidSupergraph, match="makes no sense"):
        others(
            """
type Query @join__type(graph: A) @context(name: "c") {
  x: Int @authenticated
  y: Int @join__field(graph: A, contextArguments: [{ context: "c", name: "of", type: "Int", selection: "{ {" }])
}
""",
            ACCESS + '@link(url: "https://specs.apollo.dev/context/v0.1", for: SECURITY)',
        )


def test_a_field_of_an_interface_object_demands_the_same_of_every_object() -> None:
    graph = composed(
        a="""
type Query { media: [Media] }
interface Media @key(fields: "id") { id: ID! }
type Book implements Media @key(fields: "id") { id: ID! }
type Film implements Media @key(fields: "id") { id: ID! }
""",
        b='type Media @key(fields: "id") @interfaceObject { id: ID! reviews: Int @authenticated }',
    )
    assert graph.demands == {"Book.reviews": LOGIN, "Film.reviews": LOGIN}


def test_what_nobody_can_meet_stays_so() -> None:
    graph = others(
        "type Query @join__type(graph: A) { a: Int @requiresScopes(scopes: []) b: Int @requiresScopes }",
        ACCESS,
    )
    assert not graph.demands["Query.a"].met_by(True, {"a"}, {"a"})
    assert not graph.demands["Query.b"].met_by(True, {"a"}, {"a"})


def test_very_many_alternatives_are_no_trap() -> None:
    many = "[" + ", ".join(f'["a{n}"], ["b{n}"]' for n in range(20)) + "]"
    objects = "\n".join(
        f'type T{n} implements I @join__type(graph: A) @requiresScopes(scopes: [["a{n}"], ["b{n}"]]) {{ x: Int }}'
        for n in range(40)
    )
    graph = others(
        f"""
type Query @join__type(graph: A) {{ i: I }}
interface I @join__type(graph: A) @requiresScopes(scopes: {many}) {{ x: Int }}
{objects}""",
        ACCESS,
    )
    assert len(graph.demands["T3.x"].scopes) == 2
