"""Running a compiled operation: fetches side by side where the plan allows, answers merged, the client's data
read from them. It keeps nothing between requests.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from federation.execution.answers import Answers
from federation.execution.batches import Batch
from federation.execution.compiled import CompiledOperation, ReadyFetch, ReadyRequest
from federation.execution.contexts import MOST_QUESTIONS, ContextualDocuments
from federation.execution.failures import Report, ResponseError, entries_of
from federation.execution.few_at_once import few_at_once
from federation.execution.parts import Pending
from federation.execution.questions import Question, has_reason, questions_of
from federation.execution.reading import Reading
from federation.execution.sending import Asked, FetchFact, Sending, failed
from federation.planning.operation import holds
from federation.planning.plan import Fetch
from federation.subgraph import FetchContext, FetchResult, IssuedNumber, Json
from tongban.errors import ErrorCode

_NEEDS_STREAM = "A subscription is answered as a stream: ask for one."


@dataclass(frozen=True, slots=True)
class ExecutionResult:
    """The answer. ``data`` None with errors: the request failed as a whole; ``issued``: numbers that
    departments gave."""

    data: dict[str, Json] | None
    errors: tuple[ResponseError, ...] = ()
    issued: tuple[IssuedNumber, ...] = ()
    fetches: tuple[FetchFact, ...] = ()
    pending: tuple[Pending, ...] = ()
    """Deferred fragments of which parts follow."""


async def execute(
    compiled: CompiledOperation, variables: Mapping[str, Json], context: FetchContext
) -> ExecutionResult:
    """Run the operation once; one with deferred fragments takes ``execute_in_parts``.

    Raises: PlanBudgetExceeded, before anything is sent: its projection under these variables is too large.
    """
    assert not compiled.deferred
    coerced, wrong = compiled.coerce(variables)
    if wrong:
        return ExecutionResult(None, wrong)
    if compiled.source is not None:
        return ExecutionResult(None, (ResponseError(ErrorCode.NOT_ACCEPTABLE, _NEEDS_STREAM),))
    run = Run(coerced, context)
    return await run.answer(compiled, variables)


async def execute_event(
    compiled: CompiledOperation, event: FetchResult, variables: Mapping[str, Json], context: FetchContext
) -> ExecutionResult:
    """Run the rest of a subscription's plan for one event and read the answer, as for a query (GraphQL spec,
    6.2.3.2). The event's data is taken over. An event without data is an answer without data."""
    coerced, wrong = compiled.coerce(variables)
    if wrong:
        return ExecutionResult(None, wrong)
    assert compiled.source is not None
    run = Run(coerced, context)
    fetch = compiled.source.fetch
    if fetch is not None:
        asked = _Primary(fetch, compiled.source.department)
        if event.data is None and not any(error.path for error in event.errors):
            return ExecutionResult(None, _without_data(asked, event))
        run.answers.take_root(asked, event)
    found = await run.answer(compiled, variables, {fetch.number} if fetch is not None else set())
    return replace(found, data=None) if event.data is None else found


@dataclass(frozen=True, slots=True)
class _Primary:
    """What gave an event."""

    fetch: Fetch
    department: str


class Run:
    """The state of one request."""

    __slots__ = ("_variables", "answers", "sending")

    def __init__(self, variables: Mapping[str, Json], context: FetchContext) -> None:
        self._variables = variables
        self.sending = Sending(context)
        self.answers = Answers()

    async def answer(
        self, compiled: CompiledOperation, variables: Mapping[str, Json], have: Collection[int] = ()
    ) -> ExecutionResult:
        """Run all acts and read the client's data. ``have``: fetches whose answers are merged already."""
        projection = compiled.projection(self._variables)
        for act in compiled.acts:
            await self.act(act, have)
        reading = Reading(self.answers.reports, compiled.introspection.answer(variables))
        data = projection(self.answers.data, None, "", reading)
        sent = self.sending
        return ExecutionResult(data, entries_of(reading.reports), tuple(sent.issued), tuple(sent.facts))

    async def act(self, requests: tuple[ReadyRequest, ...], have: Collection[int] = ()) -> None:
        """Run requests, each as soon as the fetches that it depends on are merged."""
        if len(requests) == 1:
            await self.request(requests[0])
            return
        waiting = {request: request.depends.difference(have) for request in requests}
        pending = dict.fromkeys(requests)
        running: dict[asyncio.Task[None], ReadyRequest] = {}
        try:
            while pending or running:
                ready = [request for request in pending if not waiting[request]]
                for request in ready:
                    del pending[request]
                if len(ready) == 1 and not running:
                    await self.request(ready[0])
                    _finished(waiting, ready[0])
                    continue
                for request in ready:
                    running[asyncio.ensure_future(self.request(request))] = request
                done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    _finished(waiting, running.pop(task))
                    task.result()
        finally:
            for task in running:
                task.cancel()

    async def request(self, request: ReadyRequest) -> None:
        """Send it, unless there is nothing to ask, and merge the answer."""
        wanted = [each for each in request.fetches if holds(each.fetch.conditions, self._variables)]
        if wanted and wanted[0].fetch.is_root:
            if has_reason(wanted[0], 0, self._variables):
                await self._root(wanted[0])
            return
        data = self.answers.data
        asked = [each for ready in wanted for each in questions_of(ready, self._variables, data)]
        if len(asked) == 1:
            await self._alone(asked[0])
        elif asked and request.batch is not None:
            await self._together(request, request.batch, {q.ready.fetch.number: q for q in asked})
        elif asked and request.documents is not None:
            parts = (asked[at : at + MOST_QUESTIONS] for at in range(0, len(asked), MOST_QUESTIONS))
            await few_at_once(self._contextual(request, request.documents, part) for part in parts)
        elif asked:
            await few_at_once(self._alone(question) for question in asked)

    async def _alone(self, question: Question) -> None:
        ready, values = question.ready, question.values
        variables = {**self._variables, **values} if values else self._variables
        result = await self.sending.send(ready, ready.prepared, variables, question.representations)
        self.answers.take_entities(question, result)

    async def _root(self, ready: ReadyFetch) -> None:
        self.answers.take_root(ready, await self.sending.send(ready, ready.prepared, self._variables, []))

    async def _together(self, request: ReadyRequest, batch: Batch, asked: dict[int, Question]) -> None:
        """One request for several questions; what has nothing to ask sends an empty list."""
        questions = [asked.get(each.fetch.number) for each in request.fetches]
        lists = [question.representations if question else [] for question in questions]
        variables = batch.variables(self._variables, lists)
        result = await self.sending.send(
            request.fetches[0], batch.prepared, variables, [], sum(map(len, lists))
        )
        for question, answer in zip(questions, batch.apart(result), strict=True):
            if question is not None:
                self.answers.take_entities(question, answer)

    async def _contextual(
        self, request: ReadyRequest, documents: ContextualDocuments, asked: list[Question]
    ) -> None:
        """One request for questions that differ in what contexts give."""
        batch, names = documents.of(tuple(request.fetches.index(question.ready) for question in asked))
        lists = [question.representations for question in asked]
        values = {
            called[name]: value
            for question, called in zip(asked, names, strict=True)
            for name, value in question.values.items()
        }
        variables = batch.variables({**self._variables, **values}, lists)
        result = await self.sending.send(
            request.fetches[0], batch.prepared, variables, [], sum(map(len, lists))
        )
        for question, answer in zip(asked, batch.apart(result), strict=True):
            self.answers.take_entities(question, answer)


def _without_data(asked: Asked, event: FetchResult) -> tuple[ResponseError, ...]:
    """The errors of an event that has no data; their places are unknown."""
    errors = event.errors or failed(asked, ErrorCode.DEPARTMENT_ERROR, "no data").errors
    whole = (replace(e, department=e.department or asked.department) for e in errors)
    return entries_of(Report(error, whole=True) for error in whole)


def _finished(waiting: dict[ReadyRequest, set[int]], request: ReadyRequest) -> None:
    for depends in waiting.values():
        depends.difference_update(each.fetch.number for each in request.fetches)
