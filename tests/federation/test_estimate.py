"""What operations cost: the documented examples, every kind of weight and size, hostile values."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from graphql import (
    parse,
    validate,
)

from federation import NotOneSlicingArgument, Supergraph, estimate, load_supergraph
from federation.cost import MOST, ListSize
from federation.planning.faults import PlanBudgetExceeded

HEAD = """
schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION)
  @link(url: "https://specs.apollo.dev/cost/v0.1", import: ["@listSize"]) { query: Query %s }
enum join__Graph { A @join__graph(name: "a", url: "http://a") }
"""
BOOKS = """
type Query {
  book(id: ID): Book
  plain: [Book]
  bestsellers: [Book] @listSize(assumedSize: 5)
  newest(after: ID, limit: Int!): [Book] @listSize(slicingArguments: ["limit"])
}
type Mutation { print(id: ID): Book }
type Book { title: String author: Author publisher: Publisher }
type Author { name: String }
type Publisher { name: String address: Address }
type Address @cost(weight: 5) { zipCode: Int! }
"""
WHOLE = "{ title author { name } publisher { name address { zipCode } } }"


def graph(sdl: str) -> Supergraph:
    """A supergraph of one subgraph. It may say what our composition would object to: others may not."""
    return load_supergraph(HEAD % ("mutation: Mutation" if "type Mutation" in sdl else "") + sdl)


def cost(sdl: str, document: str, list_size: int = 10, **variables: Any) -> int:
    supergraph = graph(sdl)
    node = parse(document)
    assert not validate(supergraph.api_schema, node)
    return estimate(supergraph, node, list_size=list_size).of(variables)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (f"{{ book(id: 1) {WHOLE} }}", 8),
        (f"{{ bestsellers {WHOLE} }}", 40),
        (f"{{ newest(limit: 3) {WHOLE} }}", 24),
        (f"{{ newest(limit: 7) {WHOLE} }}", 56),
        ("{ plain { title } }", 10),
        ("{ __typename __schema { types { name } } }", 0),
        ("mutation { print { title } }", 11),
    ],
)
def test_the_documented_examples(document: str, expected: int) -> None:
    """Apollo Router, "Demand control"."""
    assert cost(BOOKS, document) == expected


WEIGHTS = """
type Query {
  one: Int @cost(weight: 5)
  ones: [Int] @cost(weight: 5) @listSize(assumedSize: 3)
  day: Day
  mood: Mood
  thing: Thing @cost(weight: 7)
  search(filter: Filter, by: Filter @cost(weight: 4), ids: [ID] @cost(weight: 2), first: Int = 3 @cost(weight: 1)): Int
  cheap(fast: Boolean @cost(weight: -3)): Int @cost(weight: 2)
}
scalar Day @cost(weight: 2)
enum Mood @cost(weight: 3) { FINE }
type Thing { x: Int @cost(weight: 1) }
input Filter { name: String days: [Day] deep: Filter heavy: Int @cost(weight: 20) }
"""


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("{ one }", 5),
        ("{ ones }", 15),
        ("{ day mood }", 5),
        ("{ thing { x } }", 8),
        ("{ search }", 1),  # a default counts as given
        ("{ search(first: null) }", 0),
        ("{ search(first: null, filter: {}) }", 1),
        ('{ search(first: null, filter: {name: "a", days: [1, 2], deep: {heavy: 1}}) }', 1 + 4 + 1 + 20),
        ("{ search(first: null, by: {heavy: 1}) }", 24),
        ("{ search(first: null, ids: [1, 2, 3]) }", 2),
        ("{ cheap(fast: true) }", 0),  # never less than nothing
        ("{ cheap }", 2),
    ],
)
def test_weights_of_fields_types_arguments_and_inputs(document: str, expected: int) -> None:
    assert cost(WEIGHTS, document) == expected


def test_arguments_cost_what_the_variables_hold() -> None:
    document = "query($f: Filter, $h: Int = 1) { search(first: null, filter: $f, by: {heavy: $h}) }"
    assert cost(WEIGHTS, document) == 24
    assert cost(WEIGHTS, document, f={"heavy": 1}) == 45
    assert cost(WEIGHTS, document, f={"deep": {"deep": {}}}, h=None) == 3 + 4


SIZES = """
interface Node { id: ID items(first: Int): [Item] @listSize(slicingArguments: ["first"]) }
type Query {
  films(first: Int, last: Int): Films @listSize(slicingArguments: ["first", "last"], sizedFields: ["edges", "nodes"])
  any(first: Int, last: Int, page: Page): [Item]
    @listSize(slicingArguments: ["first", "last", "page.size"], requireOneSlicingArgument: false, assumedSize: 4)
  preset(first: Int = 6): [Item] @listSize(slicingArguments: ["first"])
  grid: [[Item]]
  cells: [[Item]] @listSize(assumedSize: 2)
  node: Node
}
input Page { size: Int }
type Films { edges: [Edge] nodes: [Item] other: [Item] }
type Edge { node: Item more: [Item] }
type Item implements Node { id: ID items(first: Int): [Item] }
"""


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("{ films(first: 3) { edges { node { id } } } }", 1 + 3 * 2),
        ("{ films(last: 3) { ... on Films { nodes { id } } other { id } } }", 1 + 3 + 10),
        ("{ films(first: 3) { edges { more { id } } } }", 1 + 3 * 11),
        ("{ any { id } }", 4),
        ("{ any(first: 2, last: 5) { id } }", 5),
        ("{ any(page: {size: 7}) { id } }", 7 + 1),
        ("{ preset { id } }", 6),
        ("{ preset(first: 2) { id } }", 2),
        ("{ grid { id } }", 100),
        ("{ cells { id } }", 20),
        ("{ node { items(first: 3) { id } } }", 4),
        ("{ any(first: 0) { id } }", 0),
        ("{ any(first: -5) { id } }", 4),
    ],
)
def test_sizes_of_lists(document: str, expected: int) -> None:
    assert cost(SIZES, document) == expected


@pytest.mark.parametrize("arguments", ["", "(first: 1, last: 1)", "(first: null)", "(first: $none)"])
def test_exactly_one_slicing_argument_where_the_schema_wants_one(arguments: str) -> None:
    with pytest.raises(
        NotOneSlicingArgument, match=r"Query\.films takes exactly one of these arguments: first, last"
    ):
        cost(
            SIZES,
            f"query($none: Int) {{ films{arguments} {{ edges {{ node {{ id }} }} }} any(last: $none) {{ id }} }}",
        )


def test_what_is_skipped_needs_no_slicing_argument_and_costs_nothing() -> None:
    document = (
        "query($on: Boolean!) { ... @include(if: $on) { films { nodes { id } } } any @skip(if: $on) { id } }"
    )
    assert cost(SIZES, document, on=False) == 4
    with pytest.raises(NotOneSlicingArgument):
        cost(SIZES, document, on=True)


HOSTILE = [None, "x", "9" * 5_000, "5", True, -1, 1e300, -1e300, 2**70, [], [[1]], {}, {"a": {}}, 1.5]


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: str(value)[:10])
def test_variables_of_any_shape_are_borne(value: Any) -> None:
    document = (
        "query($n: Int, $p: Page) { any(first: $n, page: $p) { id } search: any(last: 1, first: $n) { id } }"
    )
    assert 0 <= estimate(graph(SIZES), parse(document)).of({"n": value, "p": value}) <= MOST


def test_counting_stops() -> None:
    nested = "items(first: 1000000) { " * 12 + "id" + " }" * 12
    assert cost(SIZES, f"{{ node {{ {nested} }} }}") == MOST
    assert cost(SIZES, "query($n: Int) { any(first: $n) { id } }", n=10**40) == MOST


def test_a_literal_of_many_digits_is_no_trap() -> None:
    sdl = 'type Query { a(id: ID): [Int] @cost(weight: 1) @listSize(slicingArguments: ["id"]) }'
    assert cost(sdl, f"{{ a(id: {'9' * 5_000}) }}") == MOST


def test_very_large_inputs_cost_as_much_as_anything_can() -> None:
    deep: Any = {}
    for _ in range(60):
        deep = {"deep": deep}
    sdl = WEIGHTS.replace("deep: Filter", "deep: Filter many: [Filter]")
    document = "query($f: Filter) { search(filter: $f) }"
    assert cost(sdl, document, f=deep) == 62
    assert cost(sdl, document, f={"many": [{}] * 20_000}) == MOST


def test_the_dearest_type_counts_where_several_may_stand() -> None:
    sdl = """
type Query { any: [Any] @listSize(assumedSize: 2) }
union Any = A | B | C
type A { x: Int @cost(weight: 3) }
type B @cost(weight: 4) { y: Int }
type C { a: A z: Int }
"""
    assert cost(sdl, "{ any { ... on A { x } ... on B { y } } }") == 8
    assert cost(sdl, "{ any { ... on A { x } ... on C { z } } }") == 8
    assert cost(sdl, "{ any { ... on C { z a { x } } } }") == 2 * 5


def test_fragments_are_counted_at_each_place_and_once_a_key() -> None:
    fragments = "fragment F on Book { author { name } ...G } fragment G on Book { author { name } publisher { name } }"
    assert cost(BOOKS, f"{{ book {{ ...F ...G author {{ name }} }} }} {fragments}") == 3
    assert (
        cost(BOOKS, f"{{ a: book {{ ...F }} b: book {{ ...F other: author {{ name }} }} }} {fragments}") == 7
    )


def test_fragments_in_fragments_do_not_multiply_the_work() -> None:
    names = [f"F{n}" for n in range(40)]
    fragments = " ".join(
        f"fragment {one} on Item {{ a: items(first: 1) {{ ...{two} }} b: items(first: 1) {{ ...{two} }} }}"
        for one, two in pairwise(names)
    )
    document = f"{{ any {{ ...F0 }} }} {fragments} fragment F39 on Item {{ id }}"
    assert estimate(graph(SIZES), parse(document)).of({}) == MOST


def test_a_selection_too_large_to_estimate_is_refused() -> None:
    names = " ".join(f"type T{n} implements I {{ i: I x: Int }}" for n in range(200))
    sdl = f"type Query {{ i: I }} interface I {{ i: I x: Int }} {names}"
    inner = " ".join(f"a{n}: x" for n in range(200))
    with pytest.raises(PlanBudgetExceeded):
        cost(sdl, f"{{ i {{ i {{ i {{ {inner} }} }} }} }}")


def test_what_others_write_is_read() -> None:
    """IBM's draft has weights as strings; the feature may go by another name; what makes no sense is as not said."""
    supergraph = load_supergraph(
        """
schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION)
  @link(url: "https://specs.apollo.dev/cost/v0.1", as: "price", import: [{name: "@listSize", as: "@long"}]) { query: Query }
enum join__Graph { A @join__graph(name: "a", url: "http://a") }
type Query @join__type(graph: A) {
  a: Int @price(weight: "2.5") b: [Int] @price(weight: 1) @long(assumedSize: 7) c: Int @price(weight: "much") d: Int @cost(weight: 9)
  e: [T] @long(assumedSize: "many", slicingArguments: "n", requireOneSlicingArgument: false)
}
type T @join__type(graph: A) { x: Int }
"""
    )
    assert supergraph.costs.fields == {"Query.a": 2.5, "Query.b": 1}
    assert supergraph.costs.lists["Query.e"] == ListSize(None, (("n",),), frozenset(), False)
    assert (
        estimate(supergraph, parse("{ a b c d e { x } }"), list_size=3).of({}) == 13
    )  # 2.5 + 7 + 3, rounded up
