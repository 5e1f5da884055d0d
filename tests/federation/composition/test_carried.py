"""What several subgraphs say of cost and list sizes becomes one: the most of weights and assumed sizes, all names; one slicing
argument is required only where nobody lifts it. Source: Apollo Federation, ``@cost`` and ``@listSize``; its composer does the same."""

from __future__ import annotations

from federation import Supergraph, compose
from federation.cost import Costs, ListSize

LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@shareable", "@cost", '
    '{name: "@listSize", as: "@long"}])\n'
)


def composed(*sdls: str) -> Supergraph:
    return compose({f"s{number}": LINK + sdl for number, sdl in enumerate(sdls)})


def test_the_heaviest_weight_wins_on_every_kind_of_element() -> None:
    first = """
type Query { x(n: Int @cost(weight: 2), i: In): Int @shareable @cost(weight: 3) t: T @shareable e: E @shareable d: Day @shareable }
type T @shareable @cost(weight: 4) { x: Int } enum E @cost(weight: 1) { A } scalar Day @cost(weight: 9)
input In { a: Int @cost(weight: 1) }
"""
    second = """
type Query { x(n: Int @cost(weight: 7), i: In): Int @shareable @cost(weight: 1) t: T @shareable e: E @shareable d: Day @shareable }
type T @shareable { x: Int } enum E { A } scalar Day @cost(weight: 10)
input In { a: Int @cost(weight: 3) }
"""
    assert composed(first, second).costs == Costs(
        types={"T": 4, "E": 1, "Day": 10},
        fields={"Query.x": 3, "In.a": 3},
        arguments={("Query.x", "n"): 7},
    )


def test_sizes_of_lists_are_put_together() -> None:
    first = """
type Query {
  both(n: Int, m: Int): [Int] @shareable @long(assumedSize: 5, slicingArguments: ["n"])
  loose(n: Int): [Int] @shareable @long(slicingArguments: ["n"], requireOneSlicingArgument: false)
  page: Page @shareable @long(assumedSize: 2, sizedFields: ["rows"])
  one: [Int] @shareable @long(assumedSize: 3)
}
type Page @shareable { rows: [Int] notes: [Int] }
"""
    second = """
type Query {
  both(n: Int, m: Int): [Int] @shareable @long(assumedSize: 8, slicingArguments: ["m", "n"])
  loose(n: Int): [Int] @shareable @long(slicingArguments: ["n"])
  page: Page @shareable @long(sizedFields: ["notes"])
  one: [Int] @shareable
}
type Page @shareable { rows: [Int] notes: [Int] }
"""
    assert composed(first, second).costs.lists == {
        "Query.both": ListSize(8, (("n",), ("m",))),
        "Query.loose": ListSize(None, (("n",),), one=False),
        "Query.page": ListSize(2, sized=frozenset({"rows", "notes"})),
        "Query.one": ListSize(3),
    }


def test_the_supergraph_links_the_feature_only_if_it_is_used() -> None:
    assert "specs.apollo.dev/cost" not in composed("type Query { x: Int }").sdl
    assert (
        'cost/v0.1", import: ["@listSize"]' in composed("type Query { x: [Int] @long(assumedSize: 1) }").sdl
    )
