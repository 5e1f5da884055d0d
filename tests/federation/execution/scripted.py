"""Subgraphs that answer as they are told, and an operation run over them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from graphql import parse, validate

from federation import (
    CompiledOperation,
    ExecutionResult,
    FetchContext,
    FetchError,
    FetchResult,
    Json,
    PlannedFetch,
    Representation,
    Subgraph,
    compile_operation,
    compose,
    execute,
)
from federation.defer import Deferring
from tests.federation.in_memory import LINK


class ScriptedSubgraph:
    """Answers every fetch as told: with a result, by raising, or never."""

    def __init__(self, name: str, sdl: str, answer: FetchResult | Exception | None) -> None:
        self.name = name
        self.sdl = sdl
        self.runs = 0
        self._answer = answer

    def prepare(self, fetch: PlannedFetch) -> ScriptedSubgraph:
        return self

    async def run(
        self, variables: Mapping[str, Json], representations: Sequence[Representation], context: FetchContext
    ) -> FetchResult:
        self.runs += 1
        if self._answer is None:
            await asyncio.Event().wait()
            raise AssertionError
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


async def run(
    subgraphs: Mapping[str, Subgraph],
    text: str,
    variables: Mapping[str, Json] | None = None,
    context: FetchContext | None = None,
    forbidden: Mapping[str, FetchError] | None = None,
) -> ExecutionResult:
    compiled = compiled_of(subgraphs, text, forbidden=forbidden)
    return await execute(compiled, variables or {}, context or FetchContext())


def compiled_of(
    subgraphs: Mapping[str, Subgraph],
    text: str,
    *,
    forbidden: Mapping[str, FetchError] | None = None,
    deferring: Deferring | None = None,
) -> CompiledOperation:
    supergraph = compose({name: each.sdl for name, each in subgraphs.items()})
    document = parse(text)
    assert not validate(supergraph.api_schema, document)
    return compile_operation(supergraph, subgraphs, document, forbidden=forbidden, deferring=deferring)


def one(sdl: str, answer: FetchResult | Exception | None) -> dict[str, Subgraph]:
    return {"dept_one": ScriptedSubgraph("dept_one", LINK + sdl, answer)}


def told(result: ExecutionResult) -> list[tuple[str, tuple[str | int, ...] | None]]:
    return [(error.code.value, error.path) for error in result.errors]
