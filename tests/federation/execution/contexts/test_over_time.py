"""Contexts in mutations, deferred fragments and events: what is there at the time gives the value."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from graphql import parse

from federation import (
    FetchContext,
    compile_operation,
    compose,
    execute_event,
    subscribe,
)
from tests.federation.answers_in_parts import all_parts, errors_of, merged
from tests.federation.execution.contexts.asking import AMOUNTS, BANK, USERS, bank, run, subgraph, told


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
