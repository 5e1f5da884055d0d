"""``@defer``: the examples of the working draft and what they leave open, over two subgraphs.

The parts are asserted as the draft writes them (``wire``); of errors only the paths.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from typing import Any

import pytest
from graphql import parse

from federation import (
    ExecutionResult,
    FetchContext,
    FetchError,
    FetchResult,
    Json,
    Part,
    PlanBudgetExceeded,
    PlannedFetch,
    Representation,
    compile_operation,
    compose,
    execute,
    execute_in_parts,
    validate,
)
from federation.planning.wanted import MOST_DEFERRED
from federation.subgraph import PreparedFetch, Subgraph
from tests.federation.answers_in_parts import all_parts, merged, wire
from tests.federation.in_memory import LINK, InMemorySubgraph
from tongban.errors import ErrorCode

PEOPLE = """
type Query { person: Person people: [Person!] nobody: Person must: Person! beings: [Being] }
type Mutation { rename: Person }
interface Being { name: String }
type Person implements Being @key(fields: "id") { id: ID! name: String home: Home friend: Person films: [Film!] }
type Robot implements Being { name: String model: String }
type Home { city: String street: String }
type Film @key(fields: "id") { id: ID! title: String }
"""
TAXES = """
type Person @key(fields: "id") { id: ID! tax: Int due: Int! friend: Person @shareable past: Person }
type Film @key(fields: "id") { id: ID! stars: Int }
"""
FILMS = [{"id": "f1", "title": "Red", "stars": 3}, {"id": "f2", "title": "Blue", "stars": 5}]
ANN: dict[str, Any] = {"__typename": "Person", "id": "1", "name": "Ann", "tax": 10, "due": 1, "films": FILMS}
BOB: dict[str, Any] = {"__typename": "Person", "id": "2", "name": "Bob", "tax": 20, "due": None, "films": []}
ANN |= {"home": {"city": "Rome", "street": "Via"}, "friend": BOB}
BOB |= {"home": {"city": "Oslo", "street": "Gate"}, "friend": None}
ROOT = {
    "person": ANN,
    "people": [ANN, BOB],
    "nobody": None,
    "must": ANN,
    "rename": ANN,
    "beings": [ANN, None, {"__typename": "Robot", "name": "R2", "model": "D2"}],
}
SDLS = {"people": PEOPLE.replace("friend: Person", "friend: Person @shareable"), "taxes": TAXES}


def subgraphs() -> dict[str, InMemorySubgraph]:
    known = {each["id"]: each for each in (ANN, BOB, *FILMS)}
    return {
        name: InMemorySubgraph(name, LINK + sdl, None, lambda r: known[r["id"]], ROOT)
        for name, sdl in SDLS.items()
    }


GRAPH = compose({name: LINK + sdl for name, sdl in SDLS.items()})


def answer(
    query: str,
    variables: Mapping[str, Any] | None = None,
    given: Mapping[str, Subgraph] | None = None,
    forbidden: Mapping[str, FetchError] | None = None,
    deferring: frozenset[tuple[str, bool]] | None = frozenset(),
) -> tuple[ExecutionResult, list[Part]]:
    document = parse(query)
    assert not validate(GRAPH.api_schema, document)
    compiled = compile_operation(
        GRAPH, given or subgraphs(), document, forbidden=forbidden, deferring=deferring
    )
    return asyncio.run(all_parts(compiled, variables))


def told(query: str, **more: Any) -> list[Any]:
    return wire(*answer(query, **more))


def test_a_deferred_fragment_comes_after_the_first_part_with_its_label() -> None:
    assert told('{ person { name ... @defer(label: "tax") { tax } } }') == [
        {
            "data": {"person": {"name": "Ann"}},
            "pending": [{"id": "0", "path": ["person"], "label": "tax"}],
            "hasNext": True,
        },
        {"incremental": [{"id": "0", "data": {"tax": 10}}], "completed": [{"id": "0"}], "hasNext": False},
    ]


def test_named_fragments_are_deferred_too() -> None:
    first, parts = answer("{ person { ...Tax @defer name } } fragment Tax on Person { tax }")
    assert first.data == {"person": {"name": "Ann"}}
    assert merged(first, parts) == {"person": {"name": "Ann", "tax": 10}}


def test_in_a_list_each_item_has_a_fragment_of_its_own() -> None:
    first, *parts = told("{ people { name ... @defer { tax } } }")
    assert first["pending"] == [{"id": "0", "path": ["people", 0]}, {"id": "1", "path": ["people", 1]}]
    assert parts == [
        {
            "incremental": [{"id": "0", "data": {"tax": 10}}, {"id": "1", "data": {"tax": 20}}],
            "completed": [{"id": "0"}, {"id": "1"}],
            "hasNext": False,
        }
    ]


def test_a_field_that_is_selected_both_ways_is_delivered_once_and_at_once() -> None:
    first, *parts = told("{ person { name home { city } ... @defer { name home { city street } tax } } }")
    assert first["data"] == {"person": {"name": "Ann", "home": {"city": "Rome"}}}
    assert parts[0]["incremental"] == [
        {"id": "0", "subPath": ["home"], "data": {"street": "Via"}},
        {"id": "0", "data": {"tax": 10}},
    ]


def test_a_fragment_of_which_nothing_is_left_is_never_pending() -> None:
    assert told("{ person { name home { city } ... @defer { name home { city } } } }") == [
        {"data": {"person": {"name": "Ann", "home": {"city": "Rome"}}}}
    ]


def test_a_fragment_within_a_covered_one_is_pending_from_the_start() -> None:
    first, *_ = told('{ person { name ... @defer(label: "a") { name ... @defer(label: "b") { tax } } } }')
    assert first["pending"] == [{"id": "0", "path": ["person"], "label": "b"}]


def test_a_nested_fragment_is_pending_when_the_one_around_it_is_complete() -> None:
    query = '{ person { ... @defer(label: "a") { friend { name ... @defer(label: "b") { tax } } } } }'
    assert told(query) == [
        {
            "data": {"person": {}},
            "pending": [{"id": "0", "path": ["person"], "label": "a"}],
            "hasNext": True,
        },
        {
            "pending": [{"id": "1", "path": ["person", "friend"], "label": "b"}],
            "incremental": [{"id": "0", "data": {"friend": {"name": "Bob"}}}],
            "completed": [{"id": "0"}],
            "hasNext": True,
        },
        {"incremental": [{"id": "1", "data": {"tax": 20}}], "completed": [{"id": "1"}], "hasNext": False},
    ]


def test_what_two_fragments_share_is_delivered_with_the_first_and_named_by_the_nearest() -> None:
    query = """{
        person { ... @defer(label: "near") { tax friend { tax } } }
        ... @defer(label: "far") { person { tax } people { name } }
    }"""
    first, *parts = told(query)
    ids = {each["label"]: each["id"] for each in first["pending"]}
    pieces = [piece for part in parts for piece in part["incremental"]]
    assert {"id": ids["near"], "data": {"tax": 10}} in pieces
    assert {"id": ids["near"], "data": {"friend": {"tax": 20}}} in pieces
    assert {"id": ids["far"], "data": {"people": [{"name": "Ann"}, {"name": "Bob"}]}} in pieces
    assert len(pieces) == 3


def test_deferred_root_fields() -> None:
    first, *parts = told("{ person { name } ... @defer { people { tax } } }")
    assert first["pending"] == [{"id": "0", "path": []}]
    assert parts[0]["incremental"] == [{"id": "0", "data": {"people": [{"tax": 10}, {"tax": 20}]}}]


def test_introspection_and_typenames_can_be_deferred() -> None:
    first, *parts = told("{ ... @defer { __typename __schema { queryType { name } } } person { id } }")
    assert first["data"] == {"person": {"id": "1"}}
    data = {"__typename": "Query", "__schema": {"queryType": {"name": "Query"}}}
    assert parts[0]["incremental"] == [{"id": "0", "data": data}]


def test_mutations_defer_below_their_root_fields() -> None:
    first, parts = answer("mutation { rename { name ... @defer { tax } } }")
    assert first.data == {"rename": {"name": "Ann"}}
    assert merged(first, parts) == {"rename": {"name": "Ann", "tax": 10}}


def test_aliases_and_an_object_asked_for_twice() -> None:
    query = "{ a: person { ...T @defer } b: person { n: name ...T @defer } } fragment T on Person { t: tax }"
    first, parts = answer(query)
    assert [pending.path for pending in first.pending] == [("a",), ("b",)]
    assert merged(first, parts) == {"a": {"t": 10}, "b": {"n": "Ann", "t": 10}}


# -- what is not pending


def test_nothing_is_pending_in_an_empty_list() -> None:
    assert told("{ person { friend { films { id ... @defer { stars } } } } }") == [
        {"data": {"person": {"friend": {"films": []}}}}
    ]


def test_nothing_is_pending_at_a_null() -> None:
    assert told("{ nobody { name ... @defer { tax } } }") == [{"data": {"nobody": None}}]


def test_nothing_is_pending_where_an_error_has_made_the_parent_null() -> None:
    assert told("{ person { friend { due ... @defer { name } } } }") == [
        {"data": {"person": {"friend": None}}, "errors": [["person", "friend", "due"]]}
    ]


def test_nothing_is_pending_below_what_null_propagation_has_taken() -> None:
    assert told("{ person { friend { home { city ... @defer { street } } due } } }") == [
        {"data": {"person": {"friend": None}}, "errors": [["person", "friend", "due"]]}
    ]


def test_only_objects_of_the_fragments_type_are_pending() -> None:
    first, parts = answer("{ beings { name ... on Robot @defer { model } ... on Person @defer { tax } } }")
    assert {pending.path for pending in first.pending} == {("beings", 0), ("beings", 2)}
    assert merged(first, parts) == {
        "beings": [{"name": "Ann", "tax": 10}, None, {"name": "R2", "model": "D2"}]
    }


def test_what_is_skipped_is_not_pending_and_not_fetched() -> None:
    given = subgraphs()
    query = "query ($on: Boolean!) { person { name ... @defer { tax @include(if: $on) } } }"
    assert told(query, variables={"on": False}, given=given) == [{"data": {"person": {"name": "Ann"}}}]
    assert not given["taxes"].asked


def test_a_fragment_whose_if_is_false_comes_with_the_rest() -> None:
    query = (
        "query ($slow: Boolean!) { person { ... @defer(if: $slow) { tax } ... @defer(if: false) { name } } }"
    )
    variables = {"slow": False}
    off = told(query, variables=variables, deferring=frozenset({("slow", False)}))
    assert off == [{"data": {"person": {"tax": 10, "name": "Ann"}}}]
    on = told(query, variables=variables, deferring=frozenset({("slow", True)}))
    assert on[0]["data"] == {"person": {"name": "Ann"}}


def test_ignored_defer_is_execute() -> None:
    query = "{ person { name ... @defer { tax } } }"
    compiled = compile_operation(GRAPH, subgraphs(), parse(query))
    assert not compiled.deferred
    whole = asyncio.run(execute(compiled, {}, FetchContext()))
    assert (
        told(query, deferring=None)
        == [{"data": whole.data}]
        == [{"data": {"person": {"name": "Ann", "tax": 10}}}]
    )


def test_variables_that_do_not_fit_are_told_at_once() -> None:
    first, parts = answer("query ($on: Boolean!) { person { ... @defer { tax @skip(if: $on) } } }")
    assert first.data is None
    assert [error.code for error in first.errors] == [ErrorCode.BAD_USER_INPUT]
    assert not parts


# -- hostile documents


def test_fragments_that_multiply_are_too_large_to_plan() -> None:
    doubling = " ".join(
        f"fragment F{n} on Person {{ ...F{n + 1} @defer ...F{n + 1} @defer }}" for n in range(12)
    )
    query = f"{{ person {{ ...F0 }} }} {doubling} fragment F12 on Person {{ friend {{ name }} }}"
    with pytest.raises(PlanBudgetExceeded):
        answer(query)


def test_so_many_fragments_of_an_operation_may_be_deferred() -> None:
    query = parse("{ person { " + "... @defer { tax } " * (MOST_DEFERRED + 1) + "} }")
    with pytest.raises(PlanBudgetExceeded):
        compile_operation(GRAPH, subgraphs(), query, deferring=frozenset())


@pytest.mark.parametrize(("people", "too_many"), [(9_000, False), (9_100, True)])
def test_fragments_of_lists_are_counted_before_they_are_told(people: int, too_many: bool) -> None:
    crowd = InMemorySubgraph("people", LINK + SDLS["people"], None, None, {"people": [BOB] * people})
    first, parts = answer("{ people { ... @defer { name } } }", given={**subgraphs(), "people": crowd})
    assert (first.data == {"people": None}) is too_many
    assert len(first.pending) == (0 if too_many else people)
    assert len(first.errors) == too_many
    assert bool(parts) is not too_many


# -- errors


def test_a_null_that_reaches_the_fragment_fails_that_fragment_only() -> None:
    query = '{ people { name ... @defer(label: "due") { due } ... @defer(label: "tax") { tax } } }'
    first, parts = answer(query)
    failed = {each.pending for part in parts for each in part.completed if each.errors}
    assert [(each.path, each.label) for each in failed] == [(("people", 1), "due")]
    assert [e.path for part in parts for each in part.completed for e in each.errors] == [
        ("people", 1, "due")
    ]
    assert merged(first, parts) == {
        "people": [{"name": "Ann", "due": 1, "tax": 10}, {"name": "Bob", "tax": 20}]
    }


def test_a_null_that_stops_below_the_fragment_is_an_error_of_its_piece() -> None:
    *_, last = told("{ person { name ... @defer { tax friend { due } } } }")
    assert last["incremental"] == [
        {"id": "0", "data": {"tax": 10, "friend": None}, "errors": [["person", "friend", "due"]]}
    ]
    assert last["completed"] == [{"id": "0"}]


def test_what_is_within_a_failed_fragment_is_never_told() -> None:
    query = '{ people { ... @defer(label: "a") { due ... @defer(label: "b") { tax } } } }'
    first, parts = answer(query)
    assert {pending.path for part in parts for pending in part.pending} == {("people", 0)}
    assert merged(first, parts) == {"people": [{"due": 1, "tax": 10}, {}]}


def test_a_subgraph_that_fails_is_an_error_with_whole_paths() -> None:
    given = {**subgraphs(), "taxes": Failing(subgraphs()["taxes"])}
    _, *parts = told("{ people { name ... @defer { tax } } }", given=given)
    assert [piece["errors"] for part in parts for piece in part["incremental"]] == [
        [["people", 0, "tax"]],
        [["people", 1, "tax"]],
    ]


def test_what_is_forbidden_is_forbidden_in_every_part() -> None:
    given = subgraphs()
    error = FetchError(ErrorCode.FORBIDDEN, "No.")
    query = "{ person { name ... @defer { tax home { city } } } }"
    _, *parts = told(query, given=given, forbidden={"Person.tax": error})
    assert parts[0]["incremental"] == [
        {"id": "0", "data": {"tax": None, "home": {"city": "Rome"}}, "errors": [["person", "tax"]]}
    ]
    assert not given["taxes"].asked


# -- time


class Gate:
    """Lets fetches of one subgraph pass when it is opened, and knows what became of them."""

    def __init__(self) -> None:
        self.opened = asyncio.Event()
        self.reached = asyncio.Event()
        self.cancelled = False

    async def passed(self) -> None:
        self.reached.set()
        try:
            await self.opened.wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise


class Gated:
    """A subgraph behind a gate."""

    takes_batches = True

    def __init__(self, inner: Subgraph, gate: Gate) -> None:
        self._inner = inner
        self._gate = gate
        self.name, self.sdl = inner.name, inner.sdl

    def prepare(self, fetch: PlannedFetch) -> GatedFetch:
        return GatedFetch(self._inner.prepare(fetch), self._gate)


class GatedFetch:
    def __init__(self, inner: PreparedFetch, gate: Gate) -> None:
        self._inner = inner
        self._gate = gate

    async def run(
        self, variables: Mapping[str, Json], representations: Sequence[Representation], context: FetchContext
    ) -> FetchResult:
        await self._gate.passed()
        return await self._inner.run(variables, representations, context)


class Failing:
    """A subgraph whose fetches all fail."""

    takes_batches = True

    def __init__(self, inner: Subgraph) -> None:
        self.name, self.sdl = inner.name, inner.sdl

    def prepare(self, fetch: PlannedFetch) -> Failing:
        return self

    async def run(
        self, variables: Mapping[str, Json], representations: Sequence[Representation], context: FetchContext
    ) -> FetchResult:
        return FetchResult(errors=(FetchError(ErrorCode.DEPARTMENT_UNAVAILABLE, "Down."),))


TWO = '{ person { name ... @defer(label: "slow") { tax } ... @defer(label: "quick") { home { city } } } }'


def test_no_fragment_waits_for_the_fetches_of_another() -> None:
    async def run() -> None:
        gate = Gate()
        given = {**subgraphs(), "taxes": Gated(subgraphs()["taxes"], gate)}
        compiled = compile_operation(GRAPH, given, parse(TWO), deferring=frozenset())
        async with aclosing(execute_in_parts(compiled, {}, FetchContext())) as parts:
            first = await anext(parts)
            assert isinstance(first, ExecutionResult)
            quick = await anext(parts)
            assert isinstance(quick, Part)
            assert [each.pending.label for each in quick.completed] == ["quick"]
            assert quick.has_next
            gate.opened.set()
            slow = await anext(parts)
            assert isinstance(slow, Part)
            assert [each.pending.label for each in slow.completed] == ["slow"]
            assert not slow.has_next
            assert [fact.subgraph for fact in (*first.fetches, *quick.fetches, *slow.fetches)] == [
                "people",
                "people",
                "taxes",
            ]

    asyncio.run(run())


def test_closing_ends_the_fetches_that_still_run() -> None:
    async def run() -> None:
        gate = Gate()
        given = {**subgraphs(), "taxes": Gated(subgraphs()["taxes"], gate)}
        compiled = compile_operation(GRAPH, given, parse(TWO), deferring=frozenset())
        parts = execute_in_parts(compiled, {}, FetchContext())
        await anext(parts)
        await gate.reached.wait()
        async with asyncio.timeout(10):
            await parts.aclose()
        assert gate.cancelled

    asyncio.run(run())
