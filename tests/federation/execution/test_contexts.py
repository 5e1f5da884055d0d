"""Fields whose arguments @fromContext fills, over real in-memory subgraphs whose resolvers say what they were given."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from graphql import parse, validate

from federation import (
    ExecutionResult,
    FetchContext,
    Json,
    compile_operation,
    compose,
    execute,
    execute_event,
    subscribe,
)
from federation.supergraph_sdl import load_supergraph
from tests.federation.answers_in_parts import all_parts, errors_of, merged
from tests.federation.contexts import CONTEXT_LINK
from tests.federation.in_memory import InMemorySubgraph, Resolver


class Alone(InMemorySubgraph):
    """Takes one ``_entities`` field in a request."""

    takes_batches = False


def subgraph(
    name: str,
    sdl: str,
    root: Any = None,
    resolvers: Mapping[str, Mapping[str, Resolver]] | None = None,
    kind: type[InMemorySubgraph] = InMemorySubgraph,
) -> InMemorySubgraph:
    return kind(name, CONTEXT_LINK + sdl, resolvers, root=root)


async def run(
    text: str, *subgraphs: InMemorySubgraph, variables: Mapping[str, Json] | None = None
) -> ExecutionResult:
    supergraph = compose({each.name: each.sdl for each in subgraphs})
    document = parse(text)
    assert not validate(supergraph.api_schema, document)
    compiled = compile_operation(supergraph, {each.name: each for each in subgraphs}, document)
    return await execute(compiled, variables or {}, FetchContext())


def told(source: Mapping[str, Any], _info: Any, **given: Any) -> str:
    """The entity, and what the field was given."""
    return " ".join([str(source["id"]), *(f"{name}={given[name]}" for name in sorted(given))])


def asked_of(result: ExecutionResult) -> list[str]:
    return [fact.subgraph for fact in result.fetches]


BANK = """type Query { users: [User!] user: User }
type User @key(fields: "id") @context(name: "user") { id: ID! currency: String payments: [Payment!] }
type Payment @key(fields: "id") { id: ID! amount(currency: String @fromContext(field: "$user { currency }")): String }"""
USERS = [
    {"id": 1, "currency": "EUR", "payments": [{"id": "a"}, {"id": "b"}]},
    {"id": 2, "currency": "SEK", "payments": [{"id": "a"}, {"id": "c"}]},
    {"id": 3, "currency": "EUR", "payments": [{"id": "a"}, {"id": "d"}]},
    {"id": 4, "currency": None, "payments": [{"id": "e"}]},
    {"id": 5, "currency": "USD", "payments": []},
]
AMOUNTS = [
    ["a currency=EUR", "b currency=EUR"],
    ["a currency=SEK", "c currency=SEK"],
    ["a currency=EUR", "d currency=EUR"],
    ["e currency=None"],
    [],
]


def bank(kind: type[InMemorySubgraph] = InMemorySubgraph) -> InMemorySubgraph:
    return subgraph("bank", BANK, {"users": USERS, "user": USERS[0]}, {"Payment": {"amount": told}}, kind)


def amounts(result: ExecutionResult) -> Any:
    assert not result.errors, result.errors
    assert result.data is not None
    return [[each["amount"] for each in user["payments"]] for user in result.data["users"]]


async def test_each_entity_is_asked_with_what_the_object_above_it_gives() -> None:
    graph = bank()
    assert amounts(await run("{ users { payments { amount } } }", graph)) == AMOUNTS
    (_, root), (document, _) = graph.asked[0], graph.asked[1]
    assert root == []
    assert len(graph.asked) == 2
    assert document.count("_entities(") == 3, "one for each different currency"


async def test_a_subgraph_that_takes_no_batches_is_asked_once_for_each_value() -> None:
    graph = bank(Alone)
    assert amounts(await run("{ users { payments { amount } } }", graph)) == AMOUNTS
    ids = sorted([each["id"] for each in entities] for _, entities in graph.asked[1:])
    assert ids == [["a", "b", "d"], ["a", "c"], ["e"]], "equal entities with equal values once"


async def test_one_value_for_all_takes_one_question() -> None:
    graph = bank()
    result = await run("{ user { payments { amount } } }", graph)
    assert result.data == {"user": {"payments": [{"amount": "a currency=EUR"}, {"amount": "b currency=EUR"}]}}
    assert [len(entities) for _, entities in graph.asked] == [0, 2]


async def test_very_many_values_go_in_several_documents() -> None:
    users = [{"id": n, "currency": f"C{n}", "payments": [{"id": "a"}]} for n in range(150)]
    graph = subgraph("bank", BANK, {"users": users}, {"Payment": {"amount": told}})
    result = await run("{ users { payments { amount } } }", graph)
    assert amounts(result) == [[f"a currency=C{n}"] for n in range(150)]
    assert len(graph.asked) == 4


async def test_a_value_of_another_subgraph_is_fetched_first() -> None:
    sdl = BANK.replace("currency: String payments", "currency: String @external payments")
    graph = subgraph("bank", sdl, {"users": USERS}, {"Payment": {"amount": told}})
    people = InMemorySubgraph(
        "people",
        CONTEXT_LINK + 'type Query { x: Int } type User @key(fields: "id") { id: ID! currency: String }',
        entities=lambda given: next(user for user in USERS if str(user["id"]) == given["id"]),
    )
    result = await run("{ users { payments { amount } } }", graph, people)
    assert amounts(result) == AMOUNTS
    assert asked_of(result) == ["bank", "people", "bank"]


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


async def test_two_contexts_a_requirement_and_the_clients_own_arguments_together() -> None:
    first = subgraph(
        "first",
        """type Query { shops: [Shop] } type Shop @context(name: "shop") { tax: Int offers: Offers }
        type Offers @context(name: "offers") { season: Season list: [Offer] } enum Season { SPRING AUTUMN }
        type Offer @key(fields: "id") { id: ID! weight: Int @external
          price(tax: Int @fromContext(field: "$shop { tax }"), times: Int!, in: Season @fromContext(field: "$offers { season }")):
            String @requires(fields: "weight") }""",
        {
            "shops": [
                {"tax": 10, "offers": {"season": "SPRING", "list": [{"id": "p"}, {"id": "q"}]}},
                {"tax": 10, "offers": {"season": "AUTUMN", "list": [{"id": "p"}]}},
            ]
        },
        {
            "Offer": {
                "price": lambda source, info, **given: f"{source['weight']} {told(source, info, **given)}"
            }
        },
    )
    second = InMemorySubgraph(
        "second",
        CONTEXT_LINK + 'type Query { x: Int } type Offer @key(fields: "id") { id: ID! weight: Int }',
        entities=lambda given: {"id": given["id"], "weight": {"p": 7, "q": 8}[given["id"]]},
    )
    result = await run(
        "query ($context_Offer_price_tax: Int!) { shops { offers { list {"
        " once: price(times: $context_Offer_price_tax) twice: price(times: 2) } } } }",
        first,
        second,
        variables={"context_Offer_price_tax": 1},
    )

    def offer(weight: int, name: str, season: str) -> dict[str, str]:
        said = f"{weight} {name} in={season} tax=10 times="
        return {"once": f"{said}1", "twice": f"{said}2"}

    assert not result.errors
    assert result.data == {
        "shops": [
            {"offers": {"list": [offer(7, "p", "SPRING"), offer(8, "q", "SPRING")]}},
            {"offers": {"list": [offer(7, "p", "AUTUMN")]}},
        ]
    }
    assert asked_of(result) == ["first", "second", "first"]


async def test_lists_nested_values_and_scalars_of_ones_own_are_passed_as_they_are() -> None:
    sdl = """scalar Json type Query { box: Box }
    type Box @context(name: "c") { tags: [String!]! raw: Json parts: [Part!] item: Item } type Part { codes: [Int] }
    type Item @key(fields: "id") { id: ID! field(
      tags: [String] @fromContext(field: "$c { tags }"), raw: Json @fromContext(field: "$c { raw }"),
      codes: [[Int]] @fromContext(field: "$c { parts { codes } }")): String }"""
    box = {
        "tags": ["a", "b"],
        "raw": {"deep": [1, {"x": None}]},
        "parts": [{"codes": [1, None]}, {"codes": None}],
        "item": {"id": "i"},
    }
    graph = subgraph("g", sdl, {"box": box}, {"Item": {"field": told}})
    result = await run("{ box { item { field } } }", graph)
    assert result.data == {
        "box": {"item": {"field": "i codes=[[1, None], None] raw={'deep': [1, {'x': None}]} tags=['a', 'b']"}}
    }


async def test_values_that_only_look_alike_stay_apart() -> None:
    sdl = """scalar Json type Query { boxes: [Box] } type Box @context(name: "c") { raw: Json item: Item }
    type Item @key(fields: "id") { id: ID! field(raw: Json @fromContext(field: "$c { raw }")): String }"""
    values = [1, True, 1.0, "1", None]
    graph = subgraph(
        "g", sdl, {"boxes": [{"raw": v, "item": {"id": "i"}} for v in values]}, {"Item": {"field": told}}
    )
    result = await run("{ boxes { item { field } } }", graph)
    assert result.data == {"boxes": [{"item": {"field": f"i raw={value}"}} for value in values]}


async def test_what_is_below_a_contextual_field_may_take_from_contexts_as_well() -> None:
    sdl = """type Query { box: Box }
    type Box @context(name: "c") { label: String item: Item }
    type Item @key(fields: "id") { id: ID! other(a: String @fromContext(field: "$c { label }")): Other }
    type Other @key(fields: "id") @context(name: "d") { id: ID! item: Item end(a: String @fromContext(field: "$c { label }")): String }"""
    other = {"id": "o", "item": {"id": "second"}}
    resolvers = {
        "Item": {"other": lambda source, _info, a: {**other, "id": f"{source['id']}-{a}"}},
        "Other": {"end": told},
    }
    graph = subgraph("g", sdl, {"box": {"label": "L", "item": {"id": "first"}}}, resolvers)
    result = await run("{ box { item { other { id end item { other { end } } } } } }", graph)
    assert not result.errors
    assert result.data == {
        "box": {
            "item": {
                "other": {"id": "first-L", "end": "first-L a=L", "item": {"other": {"end": "second-L a=L"}}}
            }
        }
    }


async def test_what_a_condition_leaves_out_is_not_fetched_for_a_context() -> None:
    text = "query ($on: Boolean!) { users { id payments { id amount @include(if: $on) } } }"
    graph = bank()
    result = await run(text, graph, variables={"on": False})
    assert not result.errors
    assert len(graph.asked) == 1
    assert "currency @include(if: $on)" in graph.asked[0][0]
    graph = bank()
    assert amounts(await run(text, graph, variables={"on": True})) == AMOUNTS
    assert len(graph.asked) == 2


@pytest.mark.parametrize("kind", [InMemorySubgraph, Alone])
async def test_under_different_conditions_the_same_field_is_asked_for_as_wanted(
    kind: type[InMemorySubgraph],
) -> None:
    text = """query ($one: Boolean!, $two: Boolean!) {
      users { payments { amount @include(if: $one) } }
      again: users { payments { amount @skip(if: $two) } } }"""
    for one in (True, False):
        for two in (True, False):
            result = await run(text, bank(kind), variables={"one": one, "two": two})
            assert not result.errors
            assert result.data is not None
            for key, wanted in (("users", one), ("again", not two)):
                said = [[each.get("amount") for each in user["payments"]] for user in result.data[key]]
                assert said == (AMOUNTS if wanted else [[None] * len(each) for each in AMOUNTS])


async def test_a_value_that_failed_fails_what_takes_it_and_nothing_else() -> None:
    def currency(user: Mapping[str, Any], _info: Any) -> str:
        if user["id"] == 2:
            raise ValueError("no currency")
        return str(user["currency"])

    resolvers = {"Payment": {"amount": told}, "User": {"currency": currency}}
    graph = subgraph("bank", BANK, {"users": USERS[:3]}, resolvers)
    result = await run("{ users { id payments { id amount } } }", graph)
    assert result.data is not None
    said = [[each["amount"] for each in user["payments"]] for user in result.data["users"]]
    assert said == [AMOUNTS[0], [None, None], AMOUNTS[2]]
    assert [each["id"] for user in result.data["users"] for each in user["payments"]] == list("abacad")
    places = [("users", 1, "payments", index, "amount") for index in range(2)]
    assert [error.path for error in result.errors] == places


@pytest.mark.parametrize("kind", [InMemorySubgraph, Alone])
async def test_one_question_that_fails_fails_alone(kind: type[InMemorySubgraph]) -> None:
    def amount(payment: Mapping[str, Any], info: Any, currency: str | None) -> str:
        if currency == "SEK":
            raise ValueError("no rate")
        return told(payment, info, currency=currency)

    graph = subgraph("bank", BANK, {"users": USERS[:3]}, {"Payment": {"amount": amount}}, kind)
    result = await run("{ users { payments { amount } } }", graph)
    assert result.data is not None
    said = [[each["amount"] for each in user["payments"]] for user in result.data["users"]]
    assert said == [AMOUNTS[0], [None, None], AMOUNTS[2]]
    assert [error.path for error in result.errors] == [
        ("users", 1, "payments", 0, "amount"),
        ("users", 1, "payments", 1, "amount"),
    ]


async def test_below_a_mutation_contexts_are_of_its_own_answer() -> None:
    sdl = BANK + " type Mutation { pay(currency: String): User }"
    made = {"id": 1, "payments": [{"id": "a"}]}
    resolvers = {
        "Mutation": {"pay": lambda _root, _info, currency: {**made, "currency": currency}},
        "Payment": {"amount": told},
    }
    graph = subgraph("bank", sdl, None, resolvers)
    result = await run(
        'mutation { one: pay(currency: "EUR") { payments { amount } } two: pay(currency: "SEK") { payments { amount } } }',
        graph,
    )
    assert result.data == {
        "one": {"payments": [{"amount": "a currency=EUR"}]},
        "two": {"payments": [{"amount": "a currency=SEK"}]},
    }
    assert len(graph.asked) == 4


@pytest.mark.parametrize("fields", ["day amount", "amount day"])
async def test_what_needs_no_context_stands_although_a_value_failed(fields: str) -> None:
    """Plain fields of the same entity and subgraph travel in the same request, but are asked for apart."""
    people = subgraph(
        "people",
        """type Query { user: User } type User @key(fields: "id") { id: ID! payments: [Payment] }
        type Payment @key(fields: "id") { id: ID! }""",
        {"user": {"id": 1, "payments": [{"id": "a"}]}},
    )
    money = subgraph(
        "money",
        """type Query { x: Int } type User @key(fields: "id") @context(name: "user") { id: ID! currency: String @external }
        type Payment @key(fields: "id") { id: ID! day: String amount(a: String @fromContext(field: "$user { currency }")): String }""",
        resolvers={"Payment": {"amount": told, "day": lambda *_: "Monday"}},
    )

    def fail(*_: Any) -> str:
        raise ValueError("no currency")

    rates = subgraph(
        "rates",
        'type Query { y: Int } type User @key(fields: "id") { id: ID! currency: String }',
        resolvers={"User": {"currency": fail}},
    )
    result = await run(f"{{ user {{ payments {{ {fields} }} }} }}", people, money, rates)
    assert result.data == {"user": {"payments": [{"day": "Monday", "amount": None}]}}
    assert [error.path for error in result.errors] == [("user", "payments", 0, "amount")]


async def test_variables_of_the_client_that_are_called_like_ours_keep_their_values() -> None:
    text = """query ($context_Payment_amount_currency: Boolean!, $context_Payment_amount_currency_0: Boolean!) {
      users { payments { amount id @skip(if: $context_Payment_amount_currency_0) }
              id @include(if: $context_Payment_amount_currency) } }"""
    sdl = BANK.replace("amount(", "of(n: String): String amount(")
    graph = subgraph("bank", sdl, {"users": USERS}, {"Payment": {"amount": told, "of": told}})
    names = {"context_Payment_amount_currency": False, "context_Payment_amount_currency_0": True}
    assert amounts(await run(text, graph, variables=names)) == AMOUNTS
    inner = """type Query { users: [User!] } type User @context(name: "user") { currency: String payments: [Payment!] }
    type Payment @key(fields: "id") { id: ID! amount(currency: String @fromContext(field: "$user { currency }")): Amount }
    type Amount { said: String of(n: String): String }"""
    resolvers: dict[str, dict[str, Resolver]] = {
        "Payment": {"amount": lambda payment, _info, **given: {**payment, **given}},
        "Amount": {"of": lambda amount, _info, n: f"{amount['id']} {amount['currency']} {n}"},
    }
    graph = subgraph("bank", inner, {"users": USERS[:2]}, resolvers)
    text = """query ($context_Payment_amount_currency_0: String) {
      users { payments { amount { of(n: $context_Payment_amount_currency_0) } } } }"""
    result = await run(text, graph, variables={"context_Payment_amount_currency_0": "mine"})
    assert not result.errors
    assert amounts(result) == [
        [{"of": "a EUR mine"}, {"of": "b EUR mine"}],
        [{"of": "a SEK mine"}, {"of": "c SEK mine"}],
    ]


STRICT = """type Query { users: [User!] }
type User @key(fields: "id") @context(name: "user") { id: ID! currency: String region: String payments: [Payment!] }
type Payment @key(fields: "id") { id: ID!
  amount(a: String @fromContext(field: "$user { currency }")): String
  tax(a: String @fromContext(field: "$user { region }")): String }"""


@pytest.mark.parametrize("kind", [InMemorySubgraph, Alone])
@pytest.mark.parametrize(
    "text", ["amount tax", "tax amount", "amount @include(if: $on) tax @include(if: $on)"]
)
async def test_an_argument_that_takes_no_null_is_not_asked_for_with_one(
    text: str, kind: type[InMemorySubgraph]
) -> None:
    """Others compose such supergraphs."""
    graph = subgraph(
        "bank",
        STRICT.replace("(a: String ", "(a: String! "),
        {"users": [{**USERS[0], "region": None}, {**USERS[1], "region": "N"}]},
        {"Payment": {"amount": told, "tax": told}},
        kind,
    )
    sdl = compose({"bank": CONTEXT_LINK + STRICT}).sdl.replace('type: "String"', 'type: "String!"')
    document = parse(f"query ($on: Boolean = true) {{ users {{ payments {{ {text} }} }} }}")
    compiled = compile_operation(load_supergraph(sdl), {"bank": graph}, document)
    result = await execute(compiled, {}, FetchContext())
    assert amounts(result) == [["a a=EUR", "b a=EUR"], ["a a=SEK", "c a=SEK"]]
    assert result.data is not None
    taxes = [[each["tax"] for each in user["payments"]] for user in result.data["users"]]
    assert taxes == [[None, None], ["a a=N", "c a=N"]]


@pytest.mark.parametrize(("one", "two"), [(True, False), (False, True)])
async def test_a_value_that_is_not_wanted_is_not_asked_with(one: bool, two: bool) -> None:
    text = """query ($one: Boolean!, $two: Boolean!)
    { users { payments { amount @include(if: $one) tax @include(if: $two) } } }"""
    users = [{**USERS[0], "region": "N"}]
    graph = subgraph("bank", STRICT, {"users": users}, {"Payment": {"amount": told, "tax": told}})
    result = await run(text, graph, variables={"one": one, "two": two})
    assert result.data == {
        "users": [
            {"payments": [{"amount": f"{n} a=EUR"} if one else {"tax": f"{n} a=N"} for n in ("a", "b")]}
        ]
    }
    assert len(graph.asked) == 2


async def test_fields_that_take_the_same_are_asked_for_together() -> None:
    sdl = BANK.replace("amount(", 'fee(c: String @fromContext(field: "$user { currency }")): String amount(')
    graph = subgraph("bank", sdl, {"users": USERS[:1]}, {"Payment": {"amount": told, "fee": told}})
    result = await run("{ users { payments { amount fee } } }", graph)
    assert result.data == {
        "users": [{"payments": [{"amount": f"{n} currency=EUR", "fee": f"{n} c=EUR"} for n in ("a", "b")]}]
    }
    assert graph.asked[1][0].count("_entities(") == 1


async def test_behind_an_interface_with_one_object_the_objects_own_field_is_taken() -> None:
    sdl = """type Query { thing: Thing } interface Thing { item: Item }
    type Only implements Thing @context(name: "c") { item: Item size: String }
    type Item @key(fields: "id") { id: ID! field(a: String @fromContext(field: "$c { size }")): String }"""
    thing = {"__typename": "Only", "size": "big", "item": {"id": "x"}}
    graph = subgraph("g", sdl, {"thing": thing}, {"Item": {"field": told}})
    result = await run("{ thing { item { field } } }", graph)
    assert result.data == {"thing": {"item": {"field": "x a=big"}}}


async def test_a_deferred_field_takes_what_the_object_above_gives() -> None:
    graph = bank()
    document = parse("{ users { id payments { id ... @defer { amount } } } }")
    compiled = compile_operation(
        compose({"bank": graph.sdl}), {"bank": graph}, document, deferring=frozenset()
    )
    first, parts = await all_parts(compiled)
    assert first.data is not None
    assert "amount" not in first.data["users"][0]["payments"][0]
    assert not errors_of(first, parts)
    assert [
        [each["amount"] for each in user["payments"]] for user in merged(first, parts)["users"]
    ] == AMOUNTS
    assert len(graph.asked) == 2


async def test_a_deferred_fragment_takes_from_the_root_and_from_another_subgraph_what_is_there_already() -> (
    None
):
    top = """type Query @context(name: "root") { mark: String user: User }
    type User @key(fields: "id") @context(name: "user") { id: ID! tax: Int @external item: Item }
    type Item @key(fields: "id") { id: ID! field(
      mark: String @fromContext(field: "$root { mark }"), tax: Int @fromContext(field: "$user { tax }")): String }"""
    taxes = 'type Query { none: Int } type User @key(fields: "id") { id: ID! tax: Int }'
    root = {"mark": "m", "user": {"id": "1", "item": {"id": "a"}}}
    graph = [
        subgraph("top", top, root, {"Item": {"field": told}}),
        subgraph("taxes", taxes, None, {"User": {"tax": lambda *_: 7}}),
    ]
    supergraph = compose({each.name: each.sdl for each in graph})
    document = parse("{ user { tax item { ... @defer { field } } } }")
    compiled = compile_operation(supergraph, {g.name: g for g in graph}, document, deferring=frozenset())
    first, parts = await all_parts(compiled)
    assert not errors_of(first, parts)
    assert merged(first, parts) == {"user": {"tax": 7, "item": {"field": "a mark=m tax=7"}}}
    assert [len(each.asked) for each in graph] == [2, 1], "the tax is asked for once"


async def test_each_event_gives_its_own_values() -> None:
    async def told_of(*_: Any) -> AsyncIterator[Any]:
        for user in USERS:
            yield user

    graph = subgraph(
        "bank",
        BANK + "type Subscription { told: User }",
        None,
        {"Payment": {"amount": told}, "Subscription": {"told": told_of}},
    )
    document = parse("subscription { told { payments { amount } } }")
    compiled = compile_operation(compose({"bank": graph.sdl}), {"bank": graph}, document)
    answers = [
        await execute_event(compiled, event, {}, FetchContext())
        async for event in subscribe(compiled, {}, FetchContext())
    ]
    assert not any(answer.errors for answer in answers)
    given = [answer.data["told"]["payments"] for answer in answers if answer.data is not None]
    assert [[each["amount"] for each in payments] for payments in given] == AMOUNTS
