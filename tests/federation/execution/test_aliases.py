"""One object under two names (GraphQL spec, 6.4.4): a null that goes up through one does not take the other, and no request
is added."""

from __future__ import annotations

from typing import Any

import pytest

from federation import ExecutionResult, Subgraph
from tests.federation.execution.scripted import run
from tests.federation.in_memory import LINK, InMemorySubgraph

PEOPLE = (
    LINK
    + 'type Query { me: Person people: [Person] } type Person @key(fields: "id") { id: ID! name: String sure: Int! }'
)
HOMES = (
    LINK
    + 'type Person @key(fields: "id") { id: ID! home: Home } type Home { city: String zip: String! near: [Home!] }'
)
HOME = {"city": "Oulu", "near": [{"city": "Ii", "zip": "91100"}]}


def fail(*_: Any) -> Any:
    raise ValueError("it failed")


def graph() -> dict[str, Any]:
    ann = {"id": "1", "name": "Ann"}
    root = {"me": ann, "people": [ann, {"id": "2", "name": "Bo"}]}
    people = InMemorySubgraph("people", PEOPLE, {"Person": {"sure": fail}}, None, root)
    zips = {"Home": {"zip": lambda home, *_: home["zip"]}}
    return {
        "people": people,
        "homes": InMemorySubgraph("homes", HOMES, zips, lambda asked: {**asked, "home": HOME}),
    }


async def answer(text: str) -> tuple[ExecutionResult, list[str]]:
    """The answer, and the subgraphs that were asked for it."""
    subgraphs: dict[str, Subgraph] = graph()
    result = await run(subgraphs, text)
    return result, [fact.subgraph for fact in result.fetches]


def places(result: ExecutionResult) -> list[tuple[str | int, ...]]:
    return [error.path or () for error in result.errors]


async def test_a_null_takes_the_name_that_it_goes_up_through() -> None:
    result, asked = await answer("{ a: me { name } b: me { name sure } c: me { id } }")
    assert result.data == {"a": {"name": "Ann"}, "b": None, "c": {"id": "1"}}
    assert places(result) == [("b", "sure")]
    assert asked == ["people"]


async def test_so_it_does_in_lists() -> None:
    result, asked = await answer("{ a: people { name } b: people { sure } }")
    assert result.data == {"a": [{"name": "Ann"}, {"name": "Bo"}], "b": [None, None]}
    assert places(result) == [("b", 0, "sure"), ("b", 1, "sure")]
    assert asked == ["people"]


async def test_so_it_does_in_what_another_subgraph_adds() -> None:
    result, asked = await answer(
        "{ me { a: home { city } b: home { zip } c: home { a: near { zip } b: near { city } } } }"
    )
    near = {"a": [{"zip": "91100"}], "b": [{"city": "Ii"}]}
    assert result.data == {"me": {"a": {"city": "Oulu"}, "b": None, "c": near}}
    assert places(result) == [("me", "b", "zip")]
    assert asked == ["people", "homes"]


async def test_what_is_added_to_one_object_under_two_names_is_one_request() -> None:
    result, asked = await answer("{ a: me { home { city } } b: me { name home { zip } } }")
    assert result.data == {"a": {"home": {"city": "Oulu"}}, "b": {"name": "Ann", "home": None}}
    assert places(result) == [("b", "home", "zip")]
    assert asked == ["people", "homes"]


@pytest.mark.parametrize("other", ["b: me { name id }", "...F", "b: me { ...G }"])
async def test_the_name_under_which_nothing_fails_is_whole(other: str) -> None:
    fragments = (
        " fragment F on Query { b: me { name ... on Person { id } } } fragment G on Person { name id }"
    )
    used = {
        "...F": fragments.partition(" fragment G")[0],
        "b: me { ...G }": fragments[fragments.index(" fragment G") :],
    }
    result, _ = await answer(f"{{ a: me {{ sure }} {other} }}{used.get(other, '')}")
    assert result.data == {"a": None, "b": {"name": "Ann", "id": "1"}}


async def test_the_same_wanted_twice_is_asked_for_once() -> None:
    subgraphs = graph()
    result = await run(subgraphs, "{ a: me { name } b: me { name } }")
    assert result.data == {"a": {"name": "Ann"}, "b": {"name": "Ann"}}
    ((document, _),) = subgraphs["people"].asked
    assert document == "{\n  me {\n    name\n  }\n}"
