"""*weigh*: an operation that costs too much with its variables is refused before anybody is asked, on every transport."""

from __future__ import annotations

from typing import Any

import httpx
import orjson
import pytest

from gateway.http import GraphQLEndpoint
from gateway.stages.respond import refuse
from gateway.stages.weigh import weigh
from tests.federation.in_memory import InMemorySubgraph
from tests.gateway.house import House, arrived, generation_of, prepared
from tests.gateway.serving import served
from tongban.clock import SystemClock
from tongban.errors import CallerFault, ErrorCode
from tongban.settings import Settings, without_limits

SDL = """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@cost", "@listSize"])
type Query {
  offices(first: Int, last: Int): [Office!] @listSize(slicingArguments: ["first", "last"])
  all: [Office!]
}
type Mutation { close: Office @cost(weight: 90) }
type Office { name: String staff: [Person] }
type Person { name: String }
"""


def subgraph() -> InMemorySubgraph:
    office = {"name": "one", "staff": [{"name": "Ada"}]}
    return InMemorySubgraph("a", SDL, root={"offices": [office], "all": [office], "close": office})


def house(a: InMemorySubgraph, **settings: Any) -> House:
    return House(generation_of(a, services=()), Settings(**settings))


PAGED = "query($n: Int) { offices(first: $n) { staff { name } } }"


async def told(house: House, document: str, **variables: Any) -> tuple[int, Any]:
    response = await house.answer(arrived(document, variables=variables))
    return response.status, orjson.loads(response.body)


async def test_the_variables_decide() -> None:
    a = subgraph()
    one = house(a, max_cost=100)
    assert (await told(one, PAGED, n=16))[1] == {"data": {"offices": [{"staff": [{"name": "Ada"}]}]}}
    status, body = await told(one, PAGED, n=17)
    assert (status, body["errors"][0]["extensions"]["code"]) == (400, "COST_EXCEEDED")
    assert body["errors"][0]["message"] == "The operation costs 102; at most 100 are allowed."
    assert "data" not in body
    assert len(a.asked) == 1


@pytest.mark.parametrize("value", ["x", True, {}, [[]], None, 10**30])
async def test_a_variable_of_another_type_is_told_as_such_or_is_too_dear(value: Any) -> None:
    a = subgraph()
    status, body = await told(house(a), PAGED, n=value)
    codes = {error["extensions"]["code"] for error in body["errors"]}
    assert (status, codes) in [
        (400, {code}) for code in ("BAD_USER_INPUT", "COST_EXCEEDED", "GRAPHQL_VALIDATION_FAILED")
    ]
    assert a.asked == []


async def test_what_is_not_told_is_assumed() -> None:
    document = "{ all { staff { name } } }"
    assert (await told(house(subgraph(), max_cost=30), document))[0] == 200
    assert (await told(house(subgraph(), max_cost=29), document))[0] == 400
    assert (await told(house(subgraph(), max_cost=29, list_size=4), document))[0] == 200


async def test_a_mutation_costs_more() -> None:
    assert (await told(house(subgraph(), max_cost=100), "mutation { close { name } }"))[0] == 200
    a = subgraph()
    assert (await told(house(a, max_cost=99), "mutation { close { name } }"))[0] == 400
    assert a.asked == []


async def test_one_slicing_argument_is_asked_for_where_the_schema_does() -> None:
    a = subgraph()
    status, body = await told(house(a), "{ offices { name } }")
    assert (status, body["errors"][0]["extensions"]["code"]) == (400, "GRAPHQL_VALIDATION_FAILED")
    assert body["errors"][0]["message"] == (
        "Query.offices takes exactly one of these arguments: first, last; 0 are given."
    )
    assert a.asked == []


async def test_without_limits_nothing_is_weighed() -> None:
    open_house = House(generation_of(subgraph(), services=()), without_limits(Settings()))
    assert (await told(open_house, PAGED, n=2**31 - 1))[0] == 200
    assert (await told(open_house, "{ offices { name } }"))[0] == 200


def test_an_operation_is_compiled_once_and_weighed_each_time() -> None:
    generation = generation_of(subgraph(), services=())
    settings = Settings(max_cost=100)
    light = prepared(generation, PAGED, settings, variables={"n": 1})
    assert weigh(light, settings) is light
    heavy = prepared(generation, PAGED, settings, variables={"n": 1_000})
    assert heavy.operation is light.operation
    with pytest.raises(CallerFault) as caught:
        weigh(heavy, settings)
    assert caught.value.code is ErrorCode.COST_EXCEEDED


@pytest.mark.parametrize(
    ("media_type", "status"), [("application/graphql-response+json", 400), ("application/json", 400)]
)
async def test_over_http(media_type: str, status: int) -> None:
    a = subgraph()
    one = house(a, max_cost=100)
    endpoint = GraphQLEndpoint(one.answer, refuse, one.settings, SystemClock())
    async with served(endpoint) as origin, httpx.AsyncClient(base_url=origin) as client:
        response = await client.post(
            "/graphql", json={"query": PAGED, "variables": {"n": 5_000}}, headers={"accept": media_type}
        )
        assert response.status_code == status
        assert response.json()["errors"][0]["extensions"]["code"] == "COST_EXCEEDED"
    assert a.asked == []
