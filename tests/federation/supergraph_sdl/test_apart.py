"""A supergraph taken apart composes to the same graph again."""

from __future__ import annotations

from federation import compose, load_supergraph
from federation.supergraph_sdl.apart import subgraph_sdls
from tests.federation.contexts import CONTEXT_LINK

LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", '
    '"@requires", "@provides", "@override", "@interfaceObject", "@inaccessible", "@tag", "@authenticated"])\n'
)
CATALOGUE = (
    LINK
    + """
type Query { "What there is" media(of: Kind = BOOK, by: By): [Media!]! top: Item @provides(fields: "price") }
interface Media @key(fields: "id") { id: ID! title: String }
type Book implements Media @key(fields: "id") { id: ID! title: String pages: Int @tag(name: "x") }
type Film implements Media @key(fields: "id") { id: ID! title: String @deprecated(reason: "old") }
union Item = Book | Goods
type Goods @key(fields: "id") @key(fields: "sku owner { id }") { id: ID! sku: String owner: Owner price: Int @external }
type Owner @shareable { id: ID! secret: String @inaccessible }
enum Kind { BOOK FILM }
input By { title: String hidden: Int @inaccessible }
scalar Instant @specifiedBy(url: "https://scalars.example/instant")
"""
).replace('top: Item @provides(fields: "price")', 'top: Item goods: Goods @provides(fields: "price")')
PRICES = (
    LINK
    + """
type Query { at(when: Instant): Goods @authenticated }
type Mutation { buy(id: ID!): Goods }
type Media @interfaceObject @key(fields: "id") { id: ID! stars: Int }
type Goods @key(fields: "id") { id: ID! price: Int @shareable weight: Int @external cost: Int @requires(fields: "weight") }
scalar Instant
"""
)
WEIGHTS = (
    LINK
    + """
type Query { weigh: Goods }
type Goods @key(fields: "id") { id: ID! weight: Int }
type Ghost @key(fields: "id", resolvable: false) { id: ID! }
"""
)


def test_the_parts_of_a_supergraph_compose_to_the_same_graph() -> None:
    urls = {"catalogue": "http://c/", "prices": "http://p/", "weights": "http://w/"}
    made = compose({"catalogue": CATALOGUE, "prices": PRICES, "weights": WEIGHTS}, urls)
    again = compose(subgraph_sdls(load_supergraph(made.sdl).document), urls)
    assert again.api_sdl == made.api_sdl
    assert (again.owners, again.keys, again.requires) == (made.owners, made.keys, made.requires)
    assert again.sdl == made.sdl


def test_contexts_and_what_takes_from_them_come_back() -> None:
    sdl = """type Query { any: Any other: B }
    union Any @context(name: "any") = A | B
    type A @key(fields: "id") { id: ID! u: U x: String @external }
    type B @key(fields: "id") @context(name: "b") { id: ID! u: U y(n: Int): String }
    type U @key(fields: "id") { id: ID! field(
      n: Int, a: String @fromContext(field: "$any ... on A { x } ... on B { y(n: 1) }")): Int }"""
    other = 'type Query { none: Int } type A @key(fields: "id") @context(name: "any") { id: ID! x: String }'
    made = compose({"one": CONTEXT_LINK + sdl, "two": CONTEXT_LINK + other})
    again = compose(subgraph_sdls(load_supergraph(made.sdl).document))
    assert again.sdl == made.sdl
    assert again.contexts == made.contexts == {"one__any": {"A", "B"}, "one__b": {"B"}, "two__any": {"A"}}
