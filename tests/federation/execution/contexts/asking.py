"""Subgraphs whose resolvers say what they were given, and operations run over them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql import parse, validate

from federation import (
    ExecutionResult,
    FetchContext,
    Json,
    compile_operation,
    compose,
    execute,
)
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


STRICT = """type Query { users: [User!] }
type User @key(fields: "id") @context(name: "user") { id: ID! currency: String region: String payments: [Payment!] }
type Payment @key(fields: "id") { id: ID!
  amount(a: String @fromContext(field: "$user { currency }")): String
  tax(a: String @fromContext(field: "$user { region }")): String }"""

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
