"""Subscriptions over in-memory subgraphs: each event is answered as a query is, and nothing stays of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from typing import Any

import pytest
from graphql import parse, validate

from federation import (
    CompiledOperation,
    ExecutionResult,
    FetchContext,
    FetchError,
    FetchResult,
    Json,
    NotStreaming,
    PlannedFetch,
    PreparedFetch,
    Subgraph,
    compile_operation,
    compose,
    execute,
    execute_event,
    subscribe,
)
from tests.federation.in_memory import LINK, InMemorySubgraph
from tongban.errors import ErrorCode

BOARD = """
schema { query: Asked subscription: Told }
type Asked { version: Int }
type Told { posted(topic: ID, many: Int! = 2): Post  shout: Post!  endless: Int }
type Post @key(fields: "id") { id: ID! text: String author: Person! broken: Int strict: Int! }
type Person @key(fields: "name", resolvable: false) { name: ID! }
"""
PEOPLE = """
type Query { people: [Person!] }
type Person @key(fields: "name") { name: ID! age: Int! weight: Int }
"""
CLINIC = """
type Query { clinic: Int }
type Person @key(fields: "name") { name: ID! weight: Int @external dose: Int @requires(fields: "weight") }
"""
PERSONS = {"ann": {"name": "ann", "age": 30, "weight": 60}, "bo": {"name": "bo", "age": 40, "weight": None}}
POSTS = [
    {"id": "1", "text": "hello", "author": {"name": "ann"}},
    {"id": "2", "text": "bye", "author": {"name": "bo"}},
    {"id": "3", "text": "who", "author": {"name": "nobody"}},
]


async def posted(_source: Any, _info: Any, many: int, topic: str | None = None) -> AsyncIterator[Any]:
    for post in POSTS[:many]:
        yield {**post, "text": f"{topic}: {post['text']}" if topic else post["text"]}


async def shout(_source: Any, _info: Any) -> AsyncIterator[Any]:
    yield None
    yield POSTS[0]


async def endless(_source: Any, _info: Any) -> AsyncIterator[int]:
    yield 1
    await asyncio.Event().wait()


def broken(_post: Any, _info: Any) -> int:
    raise ValueError("broken")


def dose(person: Any, _info: Any) -> int:
    return int(person["weight"]) // 10


def board() -> dict[str, InMemorySubgraph]:
    told = {"posted": posted, "shout": shout, "endless": endless}
    post = {"broken": broken, "strict": broken}
    return {
        "board": InMemorySubgraph("board", LINK + BOARD, {"Told": told, "Post": post}),
        "people": InMemorySubgraph("people", LINK + PEOPLE, entities=lambda r: PERSONS.get(r["name"])),
        "clinic": InMemorySubgraph("clinic", LINK + CLINIC, {"Person": {"dose": dose}}),
    }


def compiled_of(
    subgraphs: Mapping[str, Subgraph], text: str, forbidden: Mapping[str, FetchError] | None = None
) -> CompiledOperation:
    supergraph = compose({name: each.sdl for name, each in subgraphs.items()})
    document = parse(text)
    assert not validate(supergraph.api_schema, document)
    return compile_operation(supergraph, subgraphs, document, forbidden=forbidden)


async def answers(
    subgraphs: Mapping[str, Subgraph],
    text: str,
    variables: Mapping[str, Json] | None = None,
    forbidden: Mapping[str, FetchError] | None = None,
) -> list[ExecutionResult]:
    compiled, given = compiled_of(subgraphs, text, forbidden), variables or {}
    return [
        await execute_event(compiled, event, given, FetchContext())
        async for event in subscribe(compiled, given, FetchContext())
    ]


def told(result: ExecutionResult) -> list[tuple[str, tuple[str | int, ...] | None]]:
    return [(error.code.value, error.path) for error in result.errors]


async def test_each_event_is_completed_by_the_other_subgraphs_under_the_clients_aliases() -> None:
    text = "subscription($t: ID!) { new: posted(topic: $t) { said: text author { years: age dose } } }"
    assert [r.data for r in await answers(board(), text, {"t": "sea"})] == [
        {"new": {"said": "sea: hello", "author": {"years": 30, "dose": 6}}},
        {"new": {"said": "sea: bye", "author": {"years": 40, "dose": None}}},
    ]


async def test_an_event_asks_the_other_subgraphs_and_leaves_nothing_to_the_next() -> None:
    subgraphs = board()
    results = await answers(subgraphs, "subscription { posted(many: 3) { author { age } } }")
    assert [len(result.fetches) for result in results] == [1, 1, 1]
    assert [asked[1] for asked in subgraphs["people"].asked] == [
        [{"__typename": "Person", "name": name}] for name in ("ann", "bo", "nobody")
    ]
    assert len(subgraphs["board"].asked) == 1


async def test_null_propagates_in_an_event_as_in_a_query() -> None:
    *_, last = await answers(board(), "subscription { posted(many: 3) { id author { age } } }")
    assert last.data == {"posted": None}
    assert told(last) == [("DEPARTMENT_ERROR", ("posted", "author", "age"))]


async def test_an_events_own_errors_stand_at_the_clients_path() -> None:
    (first, *_) = await answers(board(), "subscription { p: posted { no: broken id } }")
    assert first.data == {"p": {"no": None, "id": "1"}}
    assert told(first) == [("DEPARTMENT_ERROR", ("p", "no"))]


async def test_an_event_without_data_is_an_answer_without_data_and_the_next_is_whole() -> None:
    first, second = await answers(board(), "subscription { s: shout { id } }")
    assert first.data is None
    assert told(first) == [("DEPARTMENT_ERROR", ("s",))]
    assert second.data == {"s": {"id": "1"}}


async def test_a_subgraph_that_fails_in_one_event_costs_only_its_fields() -> None:
    subgraphs = board()
    compiled = compiled_of(subgraphs, "subscription { posted { text author { name dose } } }")
    event = FetchResult(data={"posted": {"text": "t", "author": {"name": "bo"}}})
    result = await execute_event(compiled, event, {}, FetchContext(deadline_s=0))
    assert result.data == {"posted": {"text": "t", "author": {"name": "bo", "dose": None}}}
    assert told(result) == [("DEADLINE_EXCEEDED", ("posted", "author", "dose"))]


async def test_defaults_are_filled_in_when_opening() -> None:
    text = "subscription($n: Int = 1) { posted(many: $n) { id } }"
    assert len(await answers(board(), text)) == 1


async def test_variables_that_do_not_fit_are_one_last_answer_and_nobody_is_asked() -> None:
    subgraphs = board()
    (only,) = await answers(subgraphs, "subscription($n: Int!) { posted(many: $n) { id } }", {"n": "canary"})
    assert only.data is None
    assert told(only) == [("BAD_USER_INPUT", None)]
    assert "canary" not in repr(only)
    assert not subgraphs["board"].asked


async def test_conditions_decide_for_each_run_what_is_fetched() -> None:
    subgraphs = board()
    text = "subscription($d: Boolean!) { posted(many: 1) { author { name age @include(if: $d) } } }"
    assert [r.data for r in await answers(subgraphs, text, {"d": False})] == [
        {"posted": {"author": {"name": "ann"}}}
    ]
    assert not subgraphs["people"].asked


async def test_a_forbidden_field_is_null_with_its_error_in_every_event() -> None:
    forbidden = {"Person.age": FetchError(ErrorCode.FORBIDDEN, "no")}
    first, second = await answers(board(), "subscription { posted { author { age } } }", forbidden=forbidden)
    assert (first.data, second.data) == ({"posted": None}, {"posted": None})
    assert told(second) == [("FORBIDDEN", ("posted", "author", "age"))]


async def test_a_forbidden_root_field_is_answered_once_and_nobody_is_asked() -> None:
    subgraphs = board()
    forbidden = {"Subscription.posted": FetchError(ErrorCode.FORBIDDEN, "no")}
    (only,) = await answers(subgraphs, "subscription { p: posted { id } }", forbidden=forbidden)
    assert only.data == {"p": None}
    assert told(only) == [("FORBIDDEN", ("p",))]
    assert not subgraphs["board"].asked


async def test_who_stops_listening_is_unsubscribed() -> None:
    subgraphs = board()
    compiled = compiled_of(subgraphs, "subscription { endless }")
    events = subscribe(compiled, {}, FetchContext())
    assert (await anext(events)).data == {"endless": 1}
    assert subgraphs["board"].open == 1
    await events.aclose()
    assert subgraphs["board"].open == 0


async def test_who_is_cancelled_while_listening_is_unsubscribed() -> None:
    subgraphs = board()
    compiled = compiled_of(subgraphs, "subscription { endless }")
    listening = asyncio.Event()

    async def listen() -> None:
        async for _ in subscribe(compiled, {}, FetchContext()):
            listening.set()

    task = asyncio.create_task(listen())
    await listening.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert subgraphs["board"].open == 0


async def test_an_event_can_be_read_by_the_compiled_operation_of_a_newer_graph() -> None:
    old, new = board(), board()
    text = "subscription { posted(many: 1) { text author { age } } }"
    before, after = compiled_of(old, text), compiled_of(new, text)
    assert before.source is not None
    assert after.source is not None
    assert before.source.question == after.source.question
    (event,) = [event async for event in subscribe(before, {}, FetchContext())]
    result = await execute_event(after, event, {}, FetchContext())
    assert result.data == {"posted": {"text": "hello", "author": {"age": 30}}}
    assert new["people"].asked
    assert not old["people"].asked


async def test_a_subscription_is_not_executed_as_a_query_and_a_query_not_opened() -> None:
    subgraphs = board()
    result = await execute(compiled_of(subgraphs, "subscription { endless }"), {}, FetchContext())
    assert told(result) == [("NOT_ACCEPTABLE", None)]
    query = compiled_of(subgraphs, "{ version }")
    assert query.source is None
    (only,) = [event async for event in subscribe(query, {}, FetchContext())]
    assert [error.code for error in only.errors] == [ErrorCode.BAD_USER_INPUT]


class Mute:
    """Answers, but sends no events."""

    name, sdl = "board", LINK + BOARD

    def prepare(self, fetch: PlannedFetch) -> PreparedFetch:
        raise AssertionError


class Bursting(Mute):
    """Its events end in an exception."""

    def prepare_events(self, fetch: PlannedFetch) -> Bursting:
        return self

    async def events(
        self, variables: Mapping[str, Json], context: FetchContext
    ) -> AsyncGenerator[FetchResult, None]:
        yield FetchResult(data={"endless": 1})
        raise ValueError("canary")


def test_a_subgraph_without_events_is_a_clear_error_when_compiled() -> None:
    with pytest.raises(NotStreaming) as caught:
        compiled_of({"board": Mute()}, "subscription { endless }")
    assert "board" in caught.value.detail


async def test_an_exception_of_a_source_is_one_last_answer_without_its_words() -> None:
    first, last = await answers({"board": Bursting()}, "subscription { endless }")
    assert first.data == {"endless": 1}
    assert last.data is None
    assert told(last) == [("INTERNAL_ERROR", None)]
    assert "canary" not in repr(last)
