"""Running an operation with deferred fragments: the first part as for any other, then parts as their fetches are done.

Each fragment waits for its own fetches only. Closing the generator ends the fetches that still run.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Collection, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace

from federation.execution.compiled import CompiledOperation, ReadyRequest
from federation.execution.delivery import Delivery, IsReady, PartReading, with_errors
from federation.execution.failures import MOST_ERRORS, Report, entries_of
from federation.execution.parts import Part
from federation.execution.reading import Reading
from federation.execution.run import ExecutionResult, Run, execute
from federation.execution.sending import FetchFact
from federation.planning.defers import DeferUsage, Within
from federation.subgraph import FetchContext, Json


async def execute_in_parts(
    compiled: CompiledOperation, variables: Mapping[str, Json], context: FetchContext
) -> AsyncGenerator[ExecutionResult | Part, None]:
    """First the ``ExecutionResult`` of what is not deferred; if something is pending then, ``Part``s until the last
    (``has_next`` false). Close it (``aclose``) when nobody listens any more."""
    if not compiled.deferred:
        yield await execute(compiled, variables, context)
        return
    coerced, wrong = compiled.coerce(variables)
    if wrong:
        yield ExecutionResult(None, wrong)
        return
    projection = compiled.projection(coerced)
    run = _PartsRun(coerced, context)
    for act in compiled.acts:
        await run.act(act)
    reading = Reading(run.answers.reports, compiled.introspection.answer(variables))
    data = projection(run.answers.data, None, "", reading)
    errors = entries_of(reading.reports)
    reading_parts = PartReading(reading, MOST_ERRORS - len(errors))
    delivery = Delivery(reading_parts)
    pending = delivery.begin(reading.later)
    first = ExecutionResult(data, errors, tuple(run.sending.issued), run.new_facts(), pending)
    fetching = _Fetching(run, compiled.later, delivery.usages)
    try:
        yield first
        while not delivery.is_over:
            part = delivery.part(fetching.is_done)
            if part is None:
                await fetching.progress()
            else:
                yield run.complete(part, fetching.is_done, reading_parts.met_before)
    finally:
        await fetching.stop()


class _PartsRun(Run):
    """The state of one request that is answered in parts."""

    __slots__ = ("_facts_told",)

    def __init__(self, variables: Mapping[str, Json], context: FetchContext) -> None:
        super().__init__(variables, context)
        self._facts_told = 0

    def new_facts(self) -> tuple[FetchFact, ...]:
        """Of the fetches since the last part."""
        found = tuple(self.sending.facts[self._facts_told :])
        self._facts_told += len(found)
        return found

    def complete(self, part: Part, is_done: IsReady, met: Collection[Report]) -> Part:
        """The part with what is told of its fetches: facts, and errors that stand at no place."""
        part = replace(part, fetches=self.new_facts())
        if not part.pieces:
            return part
        untold = self.answers.of_deferred
        ended = [report for report, usage in untold if is_done(usage)]
        untold[:] = [each for each in untold if not is_done(each[1])]
        return with_errors(part, entries_of(report for report in ended if report not in met))


class _Fetching:
    """The deferred requests that anybody waits for, side by side as far as their dependencies allow."""

    def __init__(self, run: Run, requests: Iterable[ReadyRequest], pending: AbstractSet[DeferUsage]) -> None:
        self._run = run
        self._tasks: dict[asyncio.Task[None], ReadyRequest] = {}
        self._by_number: dict[int, asyncio.Task[None]] = {}
        self._unfinished: Counter[Within] = Counter()
        for request in _needed(tuple(requests), pending):
            task = asyncio.ensure_future(self._request(request))
            self._tasks[task] = request
            self._by_number.update(dict.fromkeys((each.fetch.number for each in request.fetches), task))
            self._unfinished[request.defer] += 1

    def is_done(self, usage: DeferUsage) -> bool:
        """Whether everything is fetched for a fragment and those around it."""
        return not any(self._unfinished[each] for each in usage.chain)

    async def progress(self) -> None:
        """Wait until something is done."""
        done, _ = await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            self._unfinished[self._tasks.pop(task).defer] -= 1
            task.result()

    async def stop(self) -> None:
        """End what still runs."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _request(self, request: ReadyRequest) -> None:
        before = {self._by_number[number] for number in request.depends if number in self._by_number}
        if before:
            await asyncio.wait(before)
        await self._run.request(request)


def _needed(requests: tuple[ReadyRequest, ...], pending: AbstractSet[DeferUsage]) -> Iterator[ReadyRequest]:
    """Those for pending fragments and for what is within them, and those that these depend on."""
    needed = {
        request
        for request in requests
        if request.defer is not None and not pending.isdisjoint(request.defer.chain)
    }
    waiting = list(needed)
    by_number = {each.fetch.number: request for request in requests for each in request.fetches}
    while waiting:
        for number in waiting.pop().depends:
            before = by_number.get(number)
            if before is not None and before not in needed:
                needed.add(before)
                waiting.append(before)
    return (request for request in requests if request in needed)
