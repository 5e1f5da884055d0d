"""Values of all kinds on their way from a context to an argument, beside the client's own variables."""

from __future__ import annotations

from tests.federation.contexts import CONTEXT_LINK
from tests.federation.execution.contexts.asking import (
    AMOUNTS,
    BANK,
    USERS,
    amounts,
    asked_of,
    run,
    subgraph,
    told,
)
from tests.federation.in_memory import InMemorySubgraph, Resolver


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
