"""Large operations are planned beside the event loop: others are answered meanwhile, and who asks the same waits for one plan."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from threading import Event
from typing import Any

import orjson
import pytest
from graphql import parse, print_ast, strip_ignored_characters

from federation import PlannedFetch
from gateway import beside
from gateway.beside import Beside
from gateway.large import SMALL_CHARACTERS, is_large
from gateway.types import Response
from tests.federation.in_memory import LINK, InMemoryFetch, InMemorySubgraph
from tests.gateway.house import GUIDE, OFFICES, House, arrived, generation_of, guide
from tongban.errors import ErrorCode, OurFault

LARGE = "{ offices { name } } #" + "x" * SMALL_CHARACTERS
PATIENCE_S = 20
COST_EXCEEDED, UNANSWERABLE = "COST_EXCEEDED", "UNANSWERABLE"

A = (
    LINK
    + 'type Query { a: Thing } type Mutation { knock: Int } interface Thing @key(fields: "id") { id: ID! }'
)
B = (
    LINK + 'type Query { b: Thing } type Thing @key(fields: "id", resolvable: false) @interfaceObject '
    "{ id: ID! size: Int }"
)
MANY_WAYS = (
    f"mutation({' '.join(f'$v{n}: Boolean! $w{n}: Boolean!' for n in range(12))}) {{ "
    + " ".join(f"... @include(if: $v{n}) {{ ... @include(if: $w{n}) {{ knock }} }}" for n in range(12))
    + f" }} #{'x' * SMALL_CHARACTERS}"
)
"""One field at so many places under so many conditions that there is no plan."""


class Deliberate(InMemorySubgraph):
    """Takes its time to prepare a fetch: until ``go`` is set. ``begun`` is set when it has begun, ``times`` how often."""

    def __init__(self, go: Event) -> None:
        super().__init__("guide", GUIDE, root={"hello": "hello", "offices": OFFICES})
        self.go = go
        self.begun = Event()
        self.times = 0

    def prepare(self, fetch: PlannedFetch) -> InMemoryFetch:
        if "offices" in print_ast(fetch.selection):
            self.times += 1
            self.begun.set()
            assert self.go.wait(PATIENCE_S), "the event loop stood still while an operation was planned"
        return super().prepare(fetch)


@pytest.fixture
def slow() -> Iterator[Deliberate]:
    subgraph = Deliberate(Event())
    yield subgraph
    subgraph.go.set()


def codes(response: Response) -> list[str]:
    return [error["extensions"]["code"] for error in orjson.loads(response.body)["errors"]]


def data(response: Response) -> Any:
    return orjson.loads(response.body)["data"]


async def begun(subgraph: Deliberate) -> None:
    assert await asyncio.to_thread(subgraph.begun.wait, PATIENCE_S)


async def test_another_request_is_answered_while_a_large_operation_is_planned(slow: Deliberate) -> None:
    house = House(generation_of(slow))
    large = asyncio.ensure_future(house.answer(arrived(LARGE)))
    await begun(slow)
    assert data(await house.answer(arrived("{ hello }"))) == {"hello": "hello"}
    assert not large.done()
    slow.go.set()
    assert data(await large) == {"offices": [{"name": office["name"]} for office in OFFICES]}


async def test_who_asks_the_same_meanwhile_waits_for_the_one_plan(slow: Deliberate) -> None:
    house = House(generation_of(slow))
    first = asyncio.ensure_future(house.answer(arrived(LARGE)))
    await begun(slow)
    second = asyncio.ensure_future(house.answer(arrived(LARGE)))
    first.cancel()  # its client went away; the other still waits
    await asyncio.sleep(0)
    slow.go.set()
    assert data(await second)["offices"]
    assert slow.times == 1
    assert len(house.learnt) == 1


async def test_more_than_can_wait_is_refused() -> None:
    held, go = Beside(), Event()
    waiting = [asyncio.create_task(held.once(n, go.wait)) for n in range(beside.MOST_WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(OurFault) as told:
        await held.once("one more", go.wait)
    assert told.value.code is ErrorCode.OVERLOADED
    go.set()
    assert all(await asyncio.gather(*waiting))
    assert await held.once("one more", go.wait)


async def test_what_has_no_plan_is_not_planned_anew_for_a_while() -> None:
    generation = generation_of(InMemorySubgraph("a", A), InMemorySubgraph("b", B), services=())
    house = House(generation)
    for text in (f"{{ a {{ size }} }} #{'x' * SMALL_CHARACTERS}", MANY_WAYS):
        ends = []
        for received_s in (0.0, 1.0, 10_000.0):
            response = await house.answer(replace(arrived(text), received_s=received_s))
            assert codes(response) == [COST_EXCEEDED if text is MANY_WAYS else UNANSWERABLE]
            known_as = sha256(strip_ignored_characters(text).encode()).hexdigest()
            ends.append(generation.unplannable.get((known_as, None)))
        assert ends[0] is ends[1] is not ends[2]


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("{ offices { name head { name } } }", False),
        ("{ hello } query Other { offices { " + "name " * 200 + "} }", True),
        (
            "{ ...A ...A } fragment A on Query { ...B ...B } fragment B on Query { ...C ...C }"
            "fragment C on Query { " + "hello " * 30 + "}",
            True,
        ),
        ("{ ...A } fragment A on Query { ...A nowhere { at { all } } }", False),
    ],
)
def test_large_is_what_has_many_fields_wherever_they_are_written(document: str, expected: bool) -> None:
    assert is_large(generation_of(guide()).supergraph, parse(document)) is expected
