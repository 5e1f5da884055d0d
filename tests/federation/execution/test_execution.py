"""Answers of compiled operations over real in-memory subgraphs, whole and partial."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from graphql import parse

from federation import (
    FetchContext,
    FetchError,
    FetchResult,
    IssuedNumber,
    Json,
    Representation,
    Subgraph,
    compile_operation,
    compose,
    execute,
)
from tests.federation.execution.scripted import ScriptedSubgraph, compiled_of, one, run, told
from tests.federation.in_memory import LINK, InMemorySubgraph
from tests.federation.shop import shop
from tongban.errors import ErrorCode


async def test_two_hops_by_key_and_a_requirement_give_the_answer_under_the_clients_aliases() -> None:
    result = await run(shop(), "{ i: me { who: name said: opinions { t: text on: good { postage } } } }")
    assert not result.errors
    assert result.data == {
        "i": {
            "who": "Ann",
            "said": [{"t": "good", "on": {"postage": 6}}, {"t": "bad", "on": {"postage": 35}}],
        }
    }
    assert [fact.subgraph for fact in result.fetches] == ["people", "opinions", "goods", "opinions"]


async def test_equal_representations_are_sent_once_and_answered_everywhere() -> None:
    subgraphs = shop()
    result = await run(subgraphs, "{ goods { sku madeBy { name } } }")
    assert [g["madeBy"]["name"] for g in (result.data or {})["goods"]] == ["Ann", "Ann", "Bo"]
    ((_, representations),) = subgraphs["people"].asked
    assert representations == [
        {"__typename": "Person", "id": "1"},
        {"__typename": "Person", "id": "2"},
    ]


async def test_keys_of_a_custom_scalar_that_python_takes_for_equal_are_told_apart() -> None:
    """True is 1 to Python, and so they were one entity."""
    thing = 'scalar Code type Thing @key(fields: "code") { code: Code! '
    subgraphs: dict[str, Subgraph] = {
        "lists": ScriptedSubgraph(
            "lists",
            LINK + "type Query { things: [Thing] } " + thing + "}",
            FetchResult({"things": [{"code": code} for code in (1, True, 1)]}),
        ),
        "names": InMemorySubgraph(
            "names",
            LINK + thing + "name: String }",
            {"Thing": {"name": lambda thing, _info: str(thing["code"])}},
        ),
    }
    result = await run(subgraphs, "{ things { name } }")
    assert result.data == {"things": [{"name": "1"}, {"name": "True"}, {"name": "1"}]}


async def test_an_alias_that_looks_like_a_key_field_disturbs_nothing() -> None:
    result = await run(shop(), "{ me { id: name name: id trust } }")
    assert result.data == {"me": {"id": "Ann", "name": "1", "trust": 9}}


async def test_an_error_at_an_entity_comes_with_the_clients_path() -> None:
    result = await run(shop(), "{ all: goods { fee: postage } }")
    assert result.data == {"all": [{"fee": 6}, {"fee": 35}, {"fee": None}]}
    assert told(result) == [("DEPARTMENT_ERROR", ("all", 2, "fee"))]
    assert result.errors[0].department == "opinions"


async def test_an_error_in_a_non_null_field_nulls_the_nearest_nullable_parent() -> None:
    result = await run(
        shop(), '{ search(word: "x") { __typename ... on Person { doubt: trust } } me { name } }'
    )
    assert result.data is None
    assert told(result) == [("DEPARTMENT_ERROR", ("search", 0, "doubt"))]


async def test_a_null_where_none_may_be_is_our_own_error() -> None:
    sdl = "type Query { a: A b: Int } type A { n: Int! }"
    result = await run(one(sdl, FetchResult({"a": {"n": None}, "b": 1})), "{ x: a { y: n } b }")
    assert result.data == {"x": None, "b": 1}
    assert told(result) == [("DEPARTMENT_ERROR", ("x", "y"))]


async def test_an_error_that_already_covers_a_null_is_told_once_with_its_full_path() -> None:
    sdl = "type Query { a: A } type A { n(x: Int): Int! }"
    failed = FetchError(ErrorCode.NOT_FOUND, "gone", ("a", "n"))
    result = await run(one(sdl, FetchResult({"a": None}, errors=(failed,))), "{ x: a { y: n } }")
    assert result.data == {"x": None}
    assert told(result) == [("NOT_FOUND", ("x", "y"))]


async def test_a_failed_fetch_is_an_error_at_each_of_its_places_and_the_rest_stands() -> None:
    subgraphs: dict[str, Subgraph] = dict(shop())
    down = FetchError(ErrorCode.DEPARTMENT_UNAVAILABLE, "down", department="opinions", retry_after_s=5)
    subgraphs["opinions"] = ScriptedSubgraph(
        "opinions", subgraphs["opinions"].sdl, FetchResult(errors=(down,))
    )
    result = await run(subgraphs, "{ goods { sku opinions { text } postage } }")
    assert result.data == {"goods": [{"sku": s, "opinions": None, "postage": None} for s in "abc"]}
    assert [error.path for error in result.errors] == [
        ("goods", index, field) for index in range(3) for field in ("opinions", "postage")
    ]
    for error in result.errors:
        extensions = error.to_json()["extensions"]
        assert isinstance(extensions, dict)
        assert (extensions["code"], extensions["department"], extensions["retryAfter_s"]) == (
            "DEPARTMENT_UNAVAILABLE",
            "opinions",
            5,
        )


async def test_what_depends_on_a_failed_fetch_is_told_by_that_failure_and_not_sent() -> None:
    subgraphs: dict[str, Subgraph] = dict(shop())
    failing = ScriptedSubgraph("goods", subgraphs["goods"].sdl, ValueError("Ann's secret"))
    subgraphs["goods"] = failing
    result = await run(subgraphs, "{ me { opinions { text good { postage } } } }")
    data = result.data or {}
    assert [o["good"] for o in data["me"]["opinions"]] == [{"postage": None}, {"postage": None}]
    places = [("me", "opinions", index, "good", "postage") for index in range(2)]
    assert told(result) == [("INTERNAL_ERROR", place) for place in places]
    for error in result.errors:
        assert "secret" not in str(error.to_json()) + error.detail
        assert "ValueError" in error.detail


async def test_a_fetch_that_outlives_the_deadline_names_its_department() -> None:
    compiled = compiled_of(one("type Query { a: Int b: Int }", None), "{ a b }")
    loop = asyncio.get_running_loop()
    result = await execute(compiled, {}, FetchContext(deadline_s=loop.time() + 0.02))
    assert result.data == {"a": None, "b": None}
    assert told(result) == [("DEPARTMENT_TIMEOUT", ("a",)), ("DEPARTMENT_TIMEOUT", ("b",))]
    assert {error.department for error in result.errors} == {"dept_one"}


class OfDepartment(ScriptedSubgraph):
    """Says whose it is."""

    department = "dept"


async def test_errors_in_the_engines_words_are_put_down_to_the_department_that_a_subgraph_names() -> None:
    sdl = LINK + "type Query { a: Int b: Int! c: Int }"
    for answer in (None, ValueError("secret"), FetchResult({"a": 1, "b": None, "c": "x"})):
        subgraph = OfDepartment("dept_one", sdl, answer)
        deadline_s = asyncio.get_running_loop().time() + 0.02
        result = await run({"dept_one": subgraph}, "{ a b c }", context=FetchContext(deadline_s=deadline_s))
        assert {error.department for error in result.errors} == {"dept"}


async def test_after_the_deadline_no_further_mutation_is_sent() -> None:
    subgraphs = one("type Query { q: Int } type Mutation { a: Int }", FetchResult({"a": 1}))
    result = await run(subgraphs, "mutation { a }", context=FetchContext(deadline_s=0.0))
    assert told(result) == [("DEADLINE_EXCEEDED", ("a",))]
    assert subgraphs["dept_one"].runs == 0  # type: ignore[attr-defined]


async def test_independent_fetches_are_in_flight_together() -> None:
    gate = asyncio.Barrier(3)

    async def wait(*_: Any) -> int:
        await gate.wait()
        return 1

    subgraphs = {
        name: InMemorySubgraph(name, f"{LINK}type Query {{ {name}: Int }}", {"Query": {name: wait}})
        for name in ("a", "b", "c")
    }
    async with asyncio.timeout(10):
        result = await run(subgraphs, "{ a b c }")
    assert result.data == {"a": 1, "b": 1, "c": 1}


async def test_mutations_are_sent_in_order_and_the_same_one_twice() -> None:
    subgraphs = shop()
    text = (
        'mutation { a: order(sku: "a") { number } rename(name: "x") { name } b: order(sku: "a") { number } }'
    )
    result = await run(subgraphs, text)
    assert list((result.data or {}).items()) == [
        ("a", {"number": "o-a"}),
        ("rename", {"name": "x"}),
        ("b", {"number": "o-a"}),
    ]
    assert [fact.subgraph for fact in result.fetches] == ["goods", "people", "goods"]


async def test_numbers_that_departments_issue_are_handed_on() -> None:
    number = IssuedNumber("mine", "dept.act", "N-1")
    sdl = "type Query { q: Int } type Mutation { act: Int }"
    result = await run(one(sdl, FetchResult({"mine": 1}, issued=(number,))), "mutation { mine: act }")
    assert (result.data, result.issued) == ({"mine": 1}, (number,))


@pytest.mark.parametrize(("more", "sent"), [(True, 2), (False, 1)])
async def test_what_is_not_included_is_not_fetched(more: bool, sent: int) -> None:
    text = "query ($more: Boolean!) { me { name trust @include(if: $more) opinions @include(if: $more) { text } } }"
    result = await run(shop(), text, {"more": more})
    assert len(result.fetches) == sent
    assert ("trust" in (result.data or {})["me"]) is more


async def test_variables_are_coerced_and_a_wrong_one_is_named_without_its_value() -> None:
    text = 'query ($f: String = "long") { me { born(format: $f) } }'
    assert (await run(shop(), text)).data == {"me": {"born": "born long"}}
    assert (await run(shop(), text, {"f": None})).data == {"me": {"born": "born None"}}
    result = await run(shop(), text, {"f": {"cid": "110"}})
    assert result.data is None
    assert told(result) == [("BAD_USER_INPUT", None)]
    assert "110" not in str(result.errors[0].to_json())


async def test_introspection_is_answered_without_any_fetch_and_mixes_with_data() -> None:
    text = '{ __typename t: __type(name: "Person") { fields { name } } me { name } }'
    result = await run(shop(), text)
    assert result.data is not None
    assert list(result.data) == ["__typename", "t", "me"]
    assert {"name": "secret"} not in result.data["t"]["fields"]
    only = await run(shop(), "{ __schema { queryType { name } } }")
    assert (only.data, only.fetches) == ({"__schema": {"queryType": {"name": "Query"}}}, ())


def deep(levels: int) -> dict[str, Any]:
    """An object in an object in an object."""
    value: dict[str, Any] = {}
    for _ in range(levels - 1):
        value = {"in": value}
    return value


@pytest.mark.parametrize(
    ("kind", "value", "fits"),
    [
        ("Int", 1, True),
        ("Int", 2**31, False),
        ("Int", True, False),
        ("Int", "1", False),
        ("Float", 1, True),
        ("String", 1, False),
        ("ID", 7, True),
        ("Boolean", "true", False),
        ("Colour", "RED", True),
        ("Colour", "PINK", False),
        ("Blob", {"any": ["thing"]}, True),
        ("Blob", deep(63), True),
        ("Blob", deep(900), False),
        ("[Int]", 1, False),
        ("A", "text", False),
    ],
)
async def test_a_value_that_does_not_fit_its_type_is_null_with_an_error(
    kind: str, value: Any, fits: bool
) -> None:
    sdl = f"type Query {{ v: {kind} }} enum Colour {{ RED }} scalar Blob type A {{ x: Int }}"
    text = "{ v { x } }" if kind == "A" else "{ v }"
    result = await run(one(sdl, FetchResult({"v": value})), text)
    expected = str(value) if kind == "ID" else value
    assert result.data == {"v": expected if fits else None}
    assert told(result) == ([] if fits else [("DEPARTMENT_ERROR", ("v",))])


async def test_an_unknown_object_type_at_an_interface_is_null_with_an_error() -> None:
    sdl = "type Query { v: I } interface I { x: Int } type A implements I { x: Int }"
    result = await run(one(sdl, FetchResult({"v": {"__typename": "B", "x": 1}})), "{ v { x } }")
    assert (result.data, told(result)) == ({"v": None}, [("DEPARTMENT_ERROR", ("v",))])


@pytest.mark.parametrize("name", [["A"], {"A": 1}, 7])
async def test_a_type_name_that_is_no_name_costs_its_object_only(name: Any) -> None:
    sdl = "type Query { v: I w: Int } interface I { x: Int } type A implements I { x: Int }"
    answer = FetchResult({"v": {"__typename": name, "x": 1}, "w": 1})
    result = await run(one(sdl, answer), "{ v { x } w }")
    assert (result.data, told(result)) == ({"v": None, "w": 1}, [("DEPARTMENT_ERROR", ("v",))])


@pytest.mark.parametrize("name", [["A"], None])
async def test_an_entity_whose_type_name_is_no_name_is_not_looked_up(name: Any) -> None:
    listed = "type Query { v: I w: Int } interface I { id: ID! } "
    key = 'type A implements I @key(fields: "id") { id: ID! '
    first = FetchResult({"v": {"__typename": name, "id": "1"}, "w": 1})
    subgraphs: dict[str, Subgraph] = {
        "one": ScriptedSubgraph("one", LINK + listed + key + "}", first),
        "two": ScriptedSubgraph("two", LINK + 'type A @key(fields: "id") { id: ID! b: Int }', first),
    }
    result = await run(subgraphs, "{ v { id ... on A { b } } w }")
    assert (result.data, told(result)) == ({"v": None, "w": 1}, [("DEPARTMENT_ERROR", ("v",))])


async def test_lists_without_end_cost_their_own_field_only() -> None:
    sdl = "type Query { v: [A] w: Int } type A { x: Int }"
    result = await run(one(sdl, FetchResult({"v": [{}] * 200_000, "w": 1})), "{ w v { x } }")
    assert (result.data, told(result)) == ({"w": 1, "v": None}, [("DEPARTMENT_ERROR", ("v",))])


async def test_answers_too_deep_to_be_joined_cost_their_own_fields_only() -> None:
    class Deep(ScriptedSubgraph):
        """The same bottomless object with every answer."""

        async def run(
            self,
            variables: Mapping[str, Json],
            representations: Sequence[Representation],
            context: FetchContext,
        ) -> FetchResult:
            if representations:
                return FetchResult(entities=[{"blob": deep(5_000), "b": 1}])
            return FetchResult({"a": {"__typename": "A", "id": "1", "blob": deep(5_000)}})

    subgraphs: dict[str, Subgraph] = {
        "one": Deep("one", LINK + 'type Query { a: A } type A @key(fields: "id") { id: ID! }', None),
        "two": Deep("two", LINK + 'type Query { x: Int } type A @key(fields: "id") { id: ID! b: Int }', None),
        "three": one("type Query { w: Int }", FetchResult({"w": 1}))["dept_one"],
    }
    result = await run(subgraphs, "{ a { id b } w }")
    assert result.data == {"a": {"id": "1", "b": None}, "w": 1}
    assert told(result) == [("DEPARTMENT_ERROR", ("a", "b"))]


async def test_a_forbidden_field_is_null_with_its_error_and_is_not_fetched() -> None:
    forbidden = {
        "Person.trust": FetchError(ErrorCode.FORBIDDEN, "no"),
        "Good.price": FetchError(ErrorCode.FORBIDDEN, "no"),
    }
    subgraphs = shop()
    result = await run(subgraphs, "{ goods { cost: price } people { name } }", forbidden=forbidden)
    assert result.data == {"goods": [{"cost": None}] * 3, "people": [{"name": "Ann"}, {"name": "Bo"}]}
    assert told(result) == [("FORBIDDEN", ("goods", index, "cost")) for index in range(3)]
    assert "price" not in subgraphs["goods"].asked[0][0]
    nulled = await run(subgraphs, "{ me { name trust } }", forbidden=forbidden)
    assert (nulled.data, told(nulled)) == ({"me": None}, [("FORBIDDEN", ("me", "trust"))])
    assert len(nulled.fetches) == 1


ANIMALS = """
type Query { all: [Animal!] pets: [Animal] one: Any }
interface Animal { name: String }
union Any = Dog | Cat
type Dog implements Animal { name: String tag: Int }
type Cat implements Animal { name: String }
"""


async def test_a_forbidden_type_is_not_told() -> None:
    forbidden = {"Dog.__typename": FetchError(ErrorCode.FORBIDDEN, "no")}
    found = [{"__typename": "Dog", "name": "Rex", "tag": 1}, {"__typename": "Cat", "name": "Tom"}]
    root = {"all": found, "pets": found, "one": found[0]}
    subgraphs = {"a": InMemorySubgraph("a", LINK + ANIMALS, root=root)}
    text = "{ all { name } pets { kind: __typename ... on Dog { tag } } one { ... on Dog { tag } } }"
    result = await run(subgraphs, text, forbidden=forbidden)
    assert result.data == {
        "all": [{"name": "Rex"}, {"name": "Tom"}],
        "pets": [None, {"kind": "Cat"}],
        "one": {"tag": 1},
    }
    assert told(result) == [("FORBIDDEN", ("pets", 0, "kind"))]


async def test_an_operation_tells_whose_typename_it_asks_for() -> None:
    supergraph = compose({"a": LINK + ANIMALS})
    text = "{ __typename one { ... on Cat { __typename } } pets { ... on Animal { ... T } } } fragment T on Dog { t: __typename }"
    compiled = compile_operation(supergraph, {"a": InMemorySubgraph("a", LINK + ANIMALS)}, parse(text))
    assert sorted(compiled.typenames) == ["Cat", "Dog", "Query"]
    assert sorted(compiled.coordinates) == ["Query.one", "Query.pets"]


MEDIA = """
type Query { media: [Media] }
interface Media @key(fields: "id") { id: ID! }
type Book implements Media @key(fields: "id") { id: ID! }
type Film implements Media @key(fields: "id") { id: ID! }
"""
REVIEWS = 'type Media @key(fields: "id") @interfaceObject { id: ID! stars: Int }'


def media() -> dict[str, InMemorySubgraph]:
    found = [{"__typename": "Book", "id": "1"}, {"__typename": "Film", "id": "2"}]
    return {
        "a": InMemorySubgraph(
            "a", LINK + MEDIA, root={"media": found}, entities=lambda r: found[int(r["id"]) - 1]
        ),
        "b": InMemorySubgraph("b", LINK + REVIEWS, entities=lambda r: {**r, "stars": int(r["id"])}),
    }


async def test_a_field_of_an_interface_object_is_forbidden_for_one_object_type_only() -> None:
    forbidden = {"Book.stars": FetchError(ErrorCode.FORBIDDEN, "no")}
    subgraphs = media()
    result = await run(subgraphs, "{ media { stars } }", forbidden=forbidden)
    assert result.data == {"media": [{"stars": None}, {"stars": 2}]}
    assert told(result) == [("FORBIDDEN", ("media", 0, "stars"))]
    assert [r["id"] for _, representations in subgraphs["b"].asked for r in representations] == ["2"]


async def test_a_field_of_an_interface_object_that_is_forbidden_for_all_is_told_as_such() -> None:
    forbidden = {f"{name}.stars": FetchError(ErrorCode.FORBIDDEN, "no") for name in ("Book", "Film")}
    subgraphs = media()
    result = await run(subgraphs, "{ media { id stars } }", forbidden=forbidden)
    assert result.data == {"media": [{"id": "1", "stars": None}, {"id": "2", "stars": None}]}
    assert {code for code, _ in told(result)} == {"FORBIDDEN"}
    assert subgraphs["b"].asked == []


async def test_where_one_type_only_has_a_forbidden_field_types_are_asked_for() -> None:
    first = """
interface Media @key(fields: "id") { id: ID! }
type Book implements Media @key(fields: "id") { id: ID! title: String }
type Film implements Media @key(fields: "id") { id: ID! length: Int }
type Query { any: Media }
"""
    second = (
        'type Query { rated: [Media] } type Media @key(fields: "id") @interfaceObject { id: ID! stars: Int }'
    )
    found = [
        {"__typename": "Book", "id": "1", "title": "…"},
        {"__typename": "Film", "id": "2", "length": 90},
    ]
    rated = [{"id": "1", "stars": 1}, {"id": "2", "stars": 2}]
    subgraphs = {
        "a": InMemorySubgraph("a", LINK + first, entities=lambda r: found[int(r["id"]) - 1]),
        "b": InMemorySubgraph("b", LINK + second, root={"rated": rated}),
    }
    text = (
        "query($on: Boolean!) { rated { stars ... on Book { title } ... on Film @skip(if: $on) { length } } }"
    )
    forbidden = {"Book.title": FetchError(ErrorCode.FORBIDDEN, "no")}
    result = await run(subgraphs, text, {"on": True}, forbidden=forbidden)
    assert result.data == {"rated": [{"stars": 1, "title": None}, {"stars": 2}]}
    assert told(result) == [("FORBIDDEN", ("rated", 0, "title"))]


async def test_members_whose_fields_differ_in_nullability_share_no_response_key() -> None:
    sdl = "type Query { v: [U!]! } union U = A | B type A { x: Int } type B { x: Int! }"
    found = [{"__typename": "A", "x": None}, {"__typename": "B", "x": 2}]
    subgraph = InMemorySubgraph("a", LINK + sdl, {"Query": {"v": lambda *_: found}})
    result = await run({"a": subgraph}, "{ v { ... on A { x } ... on B { y: x } } }")
    assert result.data == {"v": [{"x": None}, {"y": 2}]}


async def test_an_operation_tells_its_coordinates_and_root_fields() -> None:
    subgraphs = shop()
    supergraph = compose({name: each.sdl for name, each in subgraphs.items()})
    document = parse(
        'query Q { search(word: "x") { ... on Person { n: name } ... on Shop { stars } } __typename }'
    )
    compiled = compile_operation(supergraph, subgraphs, document, "Q")
    assert compiled.coordinates == ("Query.search", "Person.name", "Shop.stars")
    assert (compiled.name, compiled.kind.value) == ("Q", "query")
    assert compiled.root_fields == ("search", "__typename")
