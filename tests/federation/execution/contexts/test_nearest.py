"""Of all objects above a field, which gives the value."""

from __future__ import annotations

import pytest

from tests.federation.execution.contexts.asking import run, subgraph, told

NESTED = """type Query @context(name: "c") { mark: String box: Box bag: Bag }
type Box @key(fields: "id") @context(name: "c") { id: ID! label: String item: Item bag: Bag }
type Bag { item: Item inner: Box }
type Item @key(fields: "id") { id: ID! field(a: String @fromContext(field: "$c ... on Box { label } ... on Query { mark }")): String }"""


async def test_the_nearest_object_above_gives_the_value() -> None:
    item = {"id": "i"}
    inner = {"id": "2", "label": "inner", "item": item}
    box = {"id": "1", "label": "outer", "item": item, "bag": {"item": item, "inner": inner}}
    graph = subgraph(
        "g",
        NESTED,
        {"mark": "root", "box": box, "bag": {"item": item, "inner": None}},
        {"Item": {"field": told}},
    )
    result = await run(
        "{ bag { item { field } } box { item { field } bag { item { field } inner { item { field } } } } }",
        graph,
    )
    outer = {"field": "i a=outer"}
    assert result.data == {
        "bag": {"item": {"field": "i a=root"}},
        "box": {"item": outer, "bag": {"item": outer, "inner": {"item": {"field": "i a=inner"}}}},
    }
    assert len(graph.asked) == 2, "every question in one document"


ABSTRACT = """type Query @context(name: "c") { mark: String things: [Thing] any: [Any] named: [Named] }
interface Thing { item: Item }
type A implements Thing & Named @key(fields: "id") @context(name: "c") { id: ID! item: Item size: String name: String }
type B implements Thing @key(fields: "id") { id: ID! item: Item }
type C implements Named { item: Item name: String }
union Any @context(name: "u") = A | B
interface Named @context(name: "n") { name: String item: Item }
type Item @key(fields: "id") {
  id: ID!
  field(a: String @fromContext(field: "$c ... on A { size } ... on Query { mark }")): String
}"""


THINGS = [
    {"__typename": "A", "id": "1", "size": "big", "item": {"id": "x"}},
    {"__typename": "B", "id": "2", "item": {"id": "y"}},
    {"__typename": "A", "id": "3", "size": "small", "item": {"id": "x"}},
    None,
]


async def test_behind_an_interface_each_object_counts_by_its_type() -> None:
    """``A`` sets the context itself; above a ``B`` the next is the root."""
    graph = subgraph("g", ABSTRACT, {"mark": "root", "things": THINGS}, {"Item": {"field": told}})
    result = await run("{ things { item { field } } }", graph)
    assert not result.errors
    assert result.data == {
        "things": [
            {"item": {"field": "x a=big"}},
            {"item": {"field": "y a=root"}},
            {"item": {"field": "x a=small"}},
            None,
        ]
    }
    assert len(graph.asked) == 2


@pytest.mark.parametrize(
    ("sets", "selection"),
    [
        ("union", "$c ... on A { size } ... on B { weight }"),
        ("interface", "$c ... on A { size } ... on B { weight }"),
        ("common", "$c { name }"),
    ],
)
async def test_a_union_or_an_interface_sets_a_context_for_its_objects(sets: str, selection: str) -> None:
    on = ' @context(name: "c")'
    sdl = f"""type Query {{ things: [Thing] any: [Any] }}
    interface Thing{on if sets != "union" else ""} {{ item: Item name: String }}
    union Any{on if sets == "union" else ""} = A | B
    type A implements Thing {{ item: Item size: String name: String }}
    type B implements Thing {{ item: Item weight: String name: String }}
    type Item @key(fields: "id") {{ id: ID! field(a: String @fromContext(field: "{selection}")): String }}"""
    things = [
        {"__typename": "A", "size": "big", "name": "one", "item": {"id": "x"}},
        {"__typename": "B", "weight": "heavy", "name": "two", "item": {"id": "x"}},
    ]
    graph = subgraph("g", sdl, {"things": things, "any": things}, {"Item": {"field": told}})
    result = await run(
        "{ things { item { field } } any { ... on A { item { field } } ... on B { item { field } } } }", graph
    )
    values = ["one", "two"] if sets == "common" else ["big", "heavy"]
    expected = [{"item": {"field": f"x a={value}"}} for value in values]
    assert not result.errors
    assert result.data == {"things": expected, "any": expected}
    assert len(graph.asked) == 2


async def test_behind_an_interface_with_one_object_the_objects_own_field_is_taken() -> None:
    sdl = """type Query { thing: Thing } interface Thing { item: Item }
    type Only implements Thing @context(name: "c") { item: Item size: String }
    type Item @key(fields: "id") { id: ID! field(a: String @fromContext(field: "$c { size }")): String }"""
    thing = {"__typename": "Only", "size": "big", "item": {"id": "x"}}
    graph = subgraph("g", sdl, {"thing": thing}, {"Item": {"field": told}})
    result = await run("{ thing { item { field } } }", graph)
    assert result.data == {"thing": {"item": {"field": "x a=big"}}}


async def test_an_entity_below_two_objects_takes_from_each_for_what_is_below_it() -> None:
    """``Middle`` is asked for once, and leads to the same ``Item`` from both boxes."""
    first = """type Query { boxes: [Box] }
    type Box @key(fields: "id") { id: ID! label: String @shareable middle: Middle }
    type Middle @key(fields: "id") { id: ID! }"""
    second = """type Box @key(fields: "id") @context(name: "c") { id: ID! label: String @shareable }
    type Middle @key(fields: "id") { id: ID! item: Item items: [Item] }
    type Item @key(fields: "id") { id: ID! field(a: String @fromContext(field: "$c { label }")): String }"""
    item = {"id": "i"}
    boxes = [{"id": name, "label": name, "middle": {"id": "m"}} for name in ("one", "two")]
    result = await run(
        "{ boxes { middle { item { field } items { field } } } }",
        subgraph("first", first, {"boxes": boxes}),
        subgraph(
            "second",
            second,
            resolvers={
                "Middle": {"item": lambda *_: item, "items": lambda *_: [item]},
                "Item": {"field": told},
            },
        ),
    )
    assert not result.errors
    fields = [{"field": f"i a={name}"} for name in ("one", "two")]
    assert result.data == {"boxes": [{"middle": {"item": each, "items": [each]}} for each in fields]}
