"""Each hard case as a subscription: its root field also stands on ``Subscription``, and an event's answer is that of one
schema, as a query's is."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from graphql import DocumentNode, FieldNode, OperationDefinitionNode, OperationType, parse, print_ast

from federation import (
    CompiledOperation,
    ExecutionResult,
    FetchContext,
    FetchResult,
    Json,
    PlannedFetch,
    PreparedFetch,
    compile_operation,
    compose,
    execute_event,
    plan,
    subscribe,
)
from tests.federation.made.data import MadeData
from tests.federation.made.subgraphs import MadeSubgraph, as_one_schema
from tests.federation.planning.pages import PAGES, Asked, read

_ROOT_FETCH = re.compile(r"^ *Fetch \w+ \{$", re.M)


@dataclass
class OneEvent:
    """The answer of a fetch as the only event."""

    prepared: PreparedFetch

    async def events(
        self, variables: Mapping[str, Json], context: FetchContext
    ) -> AsyncGenerator[FetchResult, None]:
        yield await self.prepared.run(variables, (), context)


class Reporting(MadeSubgraph):
    """Tells everything once."""

    def prepare_events(self, fetch: PlannedFetch) -> OneEvent:  # type: ignore[override]
        return OneEvent(self.prepare(fetch))


def with_subscriptions(sdl: str) -> str:
    """The SDL with each ``Query`` once more, as ``Subscription``."""
    document = parse(sdl)
    queries = [
        node for node in document.definitions if getattr(getattr(node, "name", None), "value", "") == "Query"
    ]
    copies = [print_ast(node).replace("type Query", "type Subscription", 1) for node in queries]
    return "\n".join((sdl, *copies))


def as_subscription(asked: Asked) -> DocumentNode | None:
    """The query's document as a subscription, where it has one root field and one subgraph is asked for it."""
    document = parse(asked.query)
    operation = next(node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    selections = operation.selection_set.selections
    is_one = len(selections) == 1 and isinstance(selections[0], FieldNode) and not selections[0].directives
    if (
        operation.operation is not OperationType.QUERY
        or not is_one
        or len(_ROOT_FETCH.findall(asked.plan)) != 1
    ):
        return None
    operation.operation = OperationType.SUBSCRIPTION
    return document


async def answered(compiled: CompiledOperation, given: dict[str, Json]) -> ExecutionResult:
    (event,) = [each async for each in subscribe(compiled, given, FetchContext())]
    return await execute_event(compiled, event, given, FetchContext())


CASES = [
    (path, number)
    for path in PAGES
    if "type Query" in path.read_text() and "type Query @context" not in path.read_text()
    for number, asked in enumerate(read(path).asked)
    if asked.answer is None and as_subscription(asked) is not None
]


@pytest.mark.parametrize(("path", "number"), CASES, ids=lambda value: getattr(value, "stem", value))
def test_an_event_is_answered_as_by_one_schema(path: Path, number: int) -> None:
    page = read(path)
    asked = page.asked[number]
    sdls = {name: with_subscriptions(sdl) for name, sdl in page.sdls.items()}
    document = as_subscription(asked)
    assert document is not None
    supergraph = compose(sdls)
    data = MadeData(sdls, page.facts)
    subgraphs = {name: Reporting(name, sdl, data) for name, sdl in sdls.items()}
    compiled = compile_operation(supergraph, subgraphs, document, active_labels=asked.labels)
    query = plan(supergraph, parse(asked.query), active_labels=asked.labels)
    assert (compiled.plan.fetches, compiled.plan.waves) == (query.fetches, query.waves)
    for variables in asked.variables:
        result = asyncio.run(answered(compiled, variables))
        whole = as_one_schema(supergraph.api_schema, data, document, variables)
        assert (not whole.errors, not result.errors) == (True, True)
        assert json.dumps(result.data) == json.dumps(whole.data)
