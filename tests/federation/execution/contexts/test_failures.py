"""A value that a context should give and that failed, or is null where none may be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from graphql import parse

from federation import (
    FetchContext,
    compile_operation,
    compose,
    execute,
)
from federation.supergraph_sdl import load_supergraph
from tests.federation.contexts import CONTEXT_LINK
from tests.federation.execution.contexts.asking import (
    AMOUNTS,
    BANK,
    STRICT,
    USERS,
    Alone,
    amounts,
    run,
    subgraph,
    told,
)
from tests.federation.in_memory import InMemorySubgraph


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
