"""How many entries of ``errors`` there are: one for each place (GraphQL spec, 7.1.2), up to a bound that is told."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from federation import ExecutionResult, FetchError, FetchResult, Subgraph
from federation.execution.failures import MOST_ERRORS, MOST_PATHS
from tests.federation.answers_in_parts import all_parts, errors_of
from tests.federation.execution.scripted import ScriptedSubgraph, compiled_of, one, run
from tests.federation.in_memory import LINK
from tongban.errors import ErrorCode

MANY = 100_000
FAILED = FetchError(ErrorCode.NOT_FOUND, "gone")
LISTED = LINK + 'type Query { all: [A] } type A @key(fields: "id") { id: ID! }'
SURE = "type Query { all: [A!] a: A } type A { x: Int y: Int! z: Int! }"


def completed(listed: int, answer: FetchResult) -> dict[str, Subgraph]:
    """Two subgraphs: as many objects, each different, and what another one adds to them."""
    objects = [{"__typename": "A", "id": str(number)} for number in range(listed)]
    more = LINK + 'type A @key(fields: "id") { id: ID! x: Int }'
    return {
        "one": ScriptedSubgraph("one", LISTED, FetchResult({"all": objects})),
        "two": ScriptedSubgraph("two", more, answer),
    }


def omitted(result: ExecutionResult) -> int:
    """How many more places there were; only a last entry may say so."""
    *others, last = result.errors
    assert not any(error.omitted for error in others)
    extensions: Any = last.to_json()["extensions"]
    assert extensions.get("omitted", 0) == last.omitted
    return last.omitted


async def test_a_field_that_failed_under_two_aliases_has_two_entries() -> None:
    failed = FetchError(ErrorCode.NOT_FOUND, "gone", ("v",))
    result = await run(
        one("type Query { v: Int }", FetchResult({"v": None}, errors=(failed,))), "{ a: v b: v }"
    )
    assert [(error.message, error.path, error.omitted) for error in result.errors] == [
        ("gone", ("a",), 0),
        ("gone", ("b",), 0),
    ]
    assert [error.to_json()["path"] for error in result.errors] == [["a"], ["b"]]


async def test_an_error_of_a_whole_fetch_has_an_entry_for_each_of_its_fields() -> None:
    result = await run(completed(3, FetchResult(errors=(FAILED,))), "{ all { id x } }")
    assert [error.path for error in result.errors] == [("all", index, "x") for index in range(3)]
    assert omitted(result) == 0


async def test_an_object_that_a_null_takes_has_one_entry_for_its_required_fields() -> None:
    result = await run(one(SURE, FetchResult(errors=(FAILED,))), "{ a { x y z } }")
    assert [error.path for error in result.errors] == [("a",)]
    half = FetchResult({"a": {"x": None, "y": None, "z": None}})
    result = await run(one(SURE, half), "{ a { x y z } }")
    assert (result.data, [error.path for error in result.errors]) == ({"a": None}, [("a", "y")])


async def test_an_error_on_very_many_entities_has_so_many_entries_and_says_how_many_more() -> None:
    result = await run(completed(MANY, FetchResult(errors=(FAILED,))), "{ all { id x } }")
    assert result.data is not None
    assert result.data["all"][-1] == {"id": str(MANY - 1), "x": None}
    assert len(result.errors) == MOST_PATHS
    assert omitted(result) == MANY - MOST_PATHS


async def test_very_many_errors_have_so_many_entries_and_the_last_says_how_many_more() -> None:
    each = tuple(FetchError(ErrorCode.NOT_FOUND, "gone", (index, "x")) for index in range(MANY))
    result = await run(
        completed(MANY, FetchResult(entities=[{"x": None} for _ in each], errors=each)), "{ all { id x } }"
    )
    assert len(result.errors) == MOST_ERRORS
    assert omitted(result) == MANY - MOST_ERRORS


@pytest.mark.parametrize("answer", [[0] * 50_000, [{"x": "no"}] * 50_000])
async def test_very_many_values_of_a_wrong_type_have_so_many_entries(answer: list[Any]) -> None:
    result = await run(
        one("type Query { v: [A] } type A { x: Int }", FetchResult({"v": answer})), "{ v { x } }"
    )
    assert result.data is not None
    assert len(result.data["v"]) == 50_000
    assert len(result.errors) == 100
    assert omitted(result) == 50_000 - 100


async def test_a_refused_field_of_very_many_objects_has_so_many_entries() -> None:
    refused = FetchError(ErrorCode.FORBIDDEN, "no")
    result = await run(completed(MANY, FetchResult()), "{ all { id x } }", forbidden={"A.x": refused})
    assert (len(result.errors), omitted(result)) == (MOST_PATHS, MANY - MOST_PATHS)
    assert len(orjson.dumps([error.to_json() for error in result.errors])) < 20_000


async def test_all_parts_of_an_answer_together_have_so_many_entries_and_then_one_a_part() -> None:
    graph = completed(2 * MOST_ERRORS, FetchResult(errors=(FAILED,)))
    compiled = compiled_of(graph, "{ all { id ... @defer { b: x a: x } } }", deferring=frozenset())
    first, parts = await all_parts(compiled)
    assert len(first.pending) == 2 * MOST_ERRORS
    counts = [len(piece.errors) for part in parts for piece in part.pieces]
    assert counts == [2] * (MOST_ERRORS // 2) + [1] * (2 * MOST_ERRORS - MOST_ERRORS // 2)
    assert errors_of(first, parts)[-1].omitted == 1
