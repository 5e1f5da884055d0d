"""Loopback GraphQL departments made with ariadne: a Federation 2 subgraph and a plain server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
from graphql import OperationType, parse, parse_type

from federation.subgraph import PlannedFetch
from tests.connectors.loopback import listening


@pytest.fixture
async def serve() -> AsyncIterator[Callable[[Any], Any]]:
    """Serves an ASGI app on loopback for the length of a test; gives its address."""
    async with AsyncExitStack() as stack:

        async def start(app: Any) -> str:
            return await stack.enter_async_context(listening(app))

        yield start


@pytest.fixture
def planned() -> Callable[..., PlannedFetch]:
    """A planned fetch from text, as the planner would make it."""

    def make(text: str, entity_types: Any = (), variables: Any = ()) -> PlannedFetch:
        operation: Any = parse(text, no_location=True).definitions[0]
        return PlannedFetch(
            "samr",
            OperationType(operation.operation.value),
            operation.selection_set,
            tuple(entity_types),
            tuple((name, parse_type(type_, no_location=True)) for name, type_ in variables),
            "Op",
        )

    return make
