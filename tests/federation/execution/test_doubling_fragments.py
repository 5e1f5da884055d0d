"""Fragments that spread the next one twice under two names: twice the client's paths at every level, over the same data.

Neither compiling nor reading may follow all of them: with forty levels that would never end.
"""

from __future__ import annotations

from typing import Any

from federation import ExecutionResult, Subgraph
from tests.federation.execution.scripted import run
from tests.federation.in_memory import LINK, InMemorySubgraph
from tongban.errors import ErrorCode

PEOPLE = (
    LINK
    + "type Query { me: Being } interface Being { friend: Being } "
    + 'type Person implements Being @key(fields: "id") { id: ID! friend: Person }'
)
TOWNS = LINK + 'type Person @key(fields: "id") { id: ID! town: String }'
LEVELS = 40


def doubling(on: str) -> str:
    each = (
        f"fragment f{n} on {on} {{ a: friend {{ ...f{n + 1} }} b: friend {{ ...f{n + 1} }} }}"
        for n in range(LEVELS)
    )
    return f"{{ me {{ ...f0 }} }} {' '.join(each)} fragment f{LEVELS} on Person {{ town }}"


def person(friends: int) -> dict[str, Any]:
    found: dict[str, Any] = {"__typename": "Person", "id": "0", "friend": None}
    for n in range(friends):
        found = {"__typename": "Person", "id": f"{n + 1}", "friend": found}
    return found


async def answer(text: str, friends: int) -> ExecutionResult:
    subgraphs: dict[str, Subgraph] = {
        "people": InMemorySubgraph("people", PEOPLE, None, None, {"me": person(friends)}),
        "towns": InMemorySubgraph("towns", TOWNS, None, lambda asked: {**asked, "town": "Oulu"}),
    }
    return await run(subgraphs, text)


async def test_all_names_of_a_level_have_its_answer() -> None:
    for on in ("Person", "Being"):
        result = await answer(doubling(on), 1)
        alone = {"a": None, "b": None}
        assert (result.data, result.errors) == ({"me": {"a": alone, "b": alone}}, ())


async def test_more_objects_than_an_answer_may_have_are_null_and_told() -> None:
    result = await answer(doubling("Person"), LEVELS - 1)
    assert result.data is not None
    assert {error.code for error in result.errors} == {ErrorCode.COST_EXCEEDED}
