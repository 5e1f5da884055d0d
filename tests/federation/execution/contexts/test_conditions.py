"""What is asked for a field that takes from contexts, where conditions leave some of it out."""

from __future__ import annotations

import pytest

from tests.federation.execution.contexts.asking import (
    AMOUNTS,
    BANK,
    STRICT,
    USERS,
    Alone,
    amounts,
    bank,
    run,
    subgraph,
    told,
)
from tests.federation.in_memory import InMemorySubgraph


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
