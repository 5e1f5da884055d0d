"""@fromContext over real sockets, answered by a server of another library."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ariadne import QueryType
from ariadne.asgi import GraphQL
from ariadne.contrib.federation import FederatedObjectType, make_federated_schema

from gateway.plain import PlainOptions
from tests.gateway.plain.serving import ask, listing, plain
from tests.gateway.serving import served

SAID = """extend schema @link(url: "https://specs.apollo.dev/federation/v2.8", import: ["@key", "@context", "@fromContext"])
type Query { users: [User!]! }
type User @key(fields: "id") @context(name: "user") { id: ID! currency: String payments: [Payment!]! }
type Payment @key(fields: "id") { id: ID! amount(currency: String @fromContext(field: "$user { currency }")): String }
"""
SERVED = SAID.replace(' @fromContext(field: "$user { currency }")', "").replace(' @context(name: "user")', "")
PEOPLE = [
    {"id": "1", "currency": "EUR", "payments": [{"id": "a"}, {"id": "b"}]},
    {"id": "2", "currency": "SEK", "payments": [{"id": "a"}]},
    {"id": "3", "currency": None, "payments": [{"id": "c"}]},
]


def bank(asked: list[Any]) -> GraphQL:
    query = QueryType()
    query.set_field("users", lambda *_: PEOPLE)
    payment = FederatedObjectType("Payment")
    payment.reference_resolver(lambda _, _info, reference: {"id": reference["id"]})

    def amount(parent: dict[str, str], info: Any, currency: str | None) -> str:
        asked.append(id(info.operation))
        return f"{parent['id']} in {currency}"

    payment.set_field("amount", amount)

    user = FederatedObjectType("User")
    user.reference_resolver(lambda _, _info, reference: PEOPLE[int(reference["id"]) - 1])
    return GraphQL(make_federated_schema(SERVED, [query, payment, user]), logger="tests.silent")


async def test_every_value_goes_out_in_one_request(tmp_path: Path) -> None:
    asked: list[Any] = []
    async with served(bank(asked)) as origin:
        listed = listing(tmp_path, {"name": "bank", "url": f"{origin}/", "sdl": SAID})
        async with plain(PlainOptions(subgraphs=listed)) as client:
            answer = await ask(client, "{ users { payments { amount } } }")
    amounts = [[each["amount"] for each in user["payments"]] for user in answer["data"]["users"]]
    assert amounts == [["a in EUR", "b in EUR"], ["a in SEK"], ["c in None"]]
    assert len(asked) == 4
    assert len(set(asked)) == 1, "all in one operation"
