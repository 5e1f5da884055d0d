"""Fetches sent under one deadline. No exception of a subgraph crosses this border: it becomes a typed error."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import Protocol

from federation.execution.compiled import ReadyFetch
from federation.execution.representations import Entity
from federation.planning.plan import Fetch
from federation.subgraph import FetchContext, FetchError, FetchResult, IssuedNumber, Json, PreparedFetch
from tongban.errors import ErrorCode


@dataclass(frozen=True, slots=True)
class FetchFact:
    """What the meter may know of one fetch that was sent."""

    subgraph: str
    duration_s: float
    representations: int
    errors: int


class Asked(Protocol):
    """Whatever a fetch was asked for by."""

    @property
    def fetch(self) -> Fetch: ...

    @property
    def department(self) -> str: ...


class Sending:
    """The fetches of one request, and what is known of those that were sent."""

    __slots__ = ("_context", "_loop", "facts", "issued")

    def __init__(self, context: FetchContext) -> None:
        self._context = context
        self._loop = asyncio.get_running_loop()
        self.issued: list[IssuedNumber] = []
        self.facts: list[FetchFact] = []

    async def send(
        self,
        ready: ReadyFetch,
        prepared: PreparedFetch,
        variables: Mapping[str, Json],
        representations: list[Entity],
        count: int | None = None,
    ) -> FetchResult:
        """The answer, or an error in its place. ``prepared``: of the fetch, or of the batch that it is the first of,
        which has ``count`` representations in its variables."""
        started = self._loop.time()
        result = await self._guarded(ready, prepared, variables, representations)
        self.issued.extend(result.issued)
        duration_s = self._loop.time() - started
        count = len(representations) if count is None else count
        self.facts.append(FetchFact(ready.fetch.subgraph, duration_s, count, len(result.errors)))
        return result

    async def _guarded(
        self,
        ready: ReadyFetch,
        prepared: PreparedFetch,
        variables: Mapping[str, Json],
        representations: list[Entity],
    ) -> FetchResult:
        deadline_s = self._context.deadline_s
        try:
            if deadline_s == inf:
                return await prepared.run(variables, representations, self._context)
            if self._loop.time() >= deadline_s:
                return failed(ready, ErrorCode.DEADLINE_EXCEEDED, "not sent: the deadline had passed")
            async with asyncio.timeout_at(deadline_s):
                return await prepared.run(variables, representations, self._context)
        except TimeoutError:
            return failed(ready, ErrorCode.DEPARTMENT_TIMEOUT, "the deadline passed while waiting")
        except Exception as error:
            return failed(ready, ErrorCode.INTERNAL_ERROR, _where(error))


def failed(ready: Asked, code: ErrorCode, detail: str) -> FetchResult:
    """An answer in the engine's own words."""
    return FetchResult(errors=(FetchError(code, code.facts.en, department=ready.department, detail=detail),))


def _where(error: BaseException) -> str:
    """The kind of an exception and the line it came from; its words may be personal."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    at = f" at {trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}" if trace else ""
    return f"{type(error).__name__}{at}"
