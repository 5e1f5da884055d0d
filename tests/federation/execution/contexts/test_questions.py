"""How many questions fields whose arguments @fromContext fills take, and what each is asked with."""

from __future__ import annotations

from tests.federation.contexts import CONTEXT_LINK
from tests.federation.execution.contexts.asking import (
    AMOUNTS,
    BANK,
    USERS,
    Alone,
    amounts,
    asked_of,
    bank,
    run,
    subgraph,
    told,
)
from tests.federation.in_memory import InMemorySubgraph


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
