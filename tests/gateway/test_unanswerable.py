"""A valid operation that no plan answers: ``data`` is null with a typed error, and nobody is asked."""

from __future__ import annotations

import httpx
import pytest

from gateway.http import GraphQLEndpoint
from gateway.stages.respond import refuse
from tests.federation.in_memory import LINK, InMemorySubgraph
from tests.gateway.house import House, generation_of
from tests.gateway.serving import served
from tongban.clock import SystemClock
from tongban.settings import Settings

A = LINK + 'type Query { a: Thing open: Int } interface Thing @key(fields: "id") { id: ID! }'
B = (
    LINK + 'type Query { b: Thing } type Thing @key(fields: "id", resolvable: false) @interfaceObject '
    "{ id: ID! size: Int }"
)


@pytest.mark.parametrize("media_type", ["application/graphql-response+json", "application/json"])
async def test_it_is_answered_with_null_and_a_typed_error(media_type: str) -> None:
    a, b = InMemorySubgraph("a", A), InMemorySubgraph("b", B)
    house = House(generation_of(a, b, services=()))
    endpoint = GraphQLEndpoint(house.answer, refuse, Settings(), SystemClock())
    async with served(endpoint) as origin, httpx.AsyncClient(base_url=origin) as client:
        for _ in range(2):
            response = await client.post(
                "/graphql", json={"query": "{ open a { size } }"}, headers={"accept": media_type}
            )
            body = response.json()
            assert (response.status_code, body["data"]) == (200, None)
            assert [error["extensions"]["code"] for error in body["errors"]] == ["UNANSWERABLE"]
            assert "Query" not in response.text
    assert a.asked == b.asked == []
