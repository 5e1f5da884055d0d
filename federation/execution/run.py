"""Running a compiled operation: fetches side by side where the plan allows, answers merged, the client's
data read from them.

One deadline guards every fetch, and no exception of a subgraph crosses the border. It keeps nothing between
requests.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from math import inf
from typing import Protocol

from federation.execution.batches import Batch
from federation.execution.compiled import CompiledOperation, ReadyFetch, ReadyRequest
from federation.execution.contexts import MOST_QUESTIONS, ContextualDocuments, Values, entities_with_values
from federation.execution.failures import Failure, Report, ResponseError, entries_of, mark, place
from federation.execution.few_at_once import few_at_once
from federation.execution.merging import merge
from federation.execution.parts import Pending
from federation.execution.reading import Reading
from federation.execution.representations import Entity, EntityReader, identity
from federation.planning.operation import holds
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
    """Run the operation once; one with deferred fragments takes ``execute_in_parts``."""
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
        run.take_event(asked, event)
    found = await run.answer(compiled, variables, {fetch.number} if fetch is not None else set())
    return replace(found, data=None) if event.data is None else found


@dataclass(frozen=True, slots=True)
class _Primary:
    """What gave an event."""

    fetch: Fetch
    department: str


class Asked(Protocol):
    """Whatever a fetch was asked for by."""

    @property
    def fetch(self) -> Fetch: ...

    @property
    def department(self) -> str: ...


@dataclass(slots=True)
class _Question:
    """The entities that a fetch asks for, each once, and the objects that wait for each."""

    ready: ReadyFetch
    values: Values
    """Of the variables that contexts fill."""
    representations: list[Entity] = field(default_factory=list)
    targets: list[list[Entity]] = field(default_factory=list)
    _known: dict[object, int] = field(default_factory=dict)

    def add(self, representation: Entity, entity: Entity) -> None:
        same = identity(representation)
        at = self._known.get(same)
        if at is None:
            self._known[same] = len(self.representations)
            self.representations.append(representation)
            self.targets.append([entity])
        elif not any(entity is other for other in self.targets[at][-1:]):
            self.targets[at].append(entity)


class Run:
    """The state of one request."""

    __slots__ = ("_context", "_loop", "_variables", "data", "facts", "issued", "reports")

    def __init__(self, variables: Mapping[str, Json], context: FetchContext) -> None:
        self._variables = variables
        self._context = context
        self._loop = asyncio.get_running_loop()
        self.data: Entity = {}
        self.reports: list[Report] = []
        self.issued: list[IssuedNumber] = []
        self.facts: list[FetchFact] = []

    async def answer(
        self, compiled: CompiledOperation, variables: Mapping[str, Json], have: Collection[int] = ()
    ) -> ExecutionResult:
        """Run all acts and read the client's data. ``have``: fetches whose answers are merged already."""
        for act in compiled.acts:
            await self.act(act, have)
        reading = Reading(self.reports, compiled.introspection.answer(variables))
        data = compiled.projection(self._variables)(self.data, None, "", reading)
        return ExecutionResult(data, entries_of(reading.reports), tuple(self.issued), tuple(self.facts))

    def take_event(self, asked: Asked, event: FetchResult) -> None:
        """An event is the primary fetch's answer."""
        self._take_in_root(asked, event)

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
            if self._has_reason(wanted[0], 0):
                await self._root(wanted[0])
            return
        asked = [question for ready in wanted for question in self._gather(ready)]
        if len(asked) == 1:
            await self._alone(asked[0])
        elif asked and request.batch is not None:
            await self._together(request, request.batch, {q.ready.fetch.number: q for q in asked})
        elif asked and request.documents is not None:
            parts = (asked[at : at + MOST_QUESTIONS] for at in range(0, len(asked), MOST_QUESTIONS))
            await few_at_once(self._contextual(request, request.documents, part) for part in parts)
        elif asked:
            await few_at_once(self._alone(question) for question in asked)

    async def _alone(self, question: _Question) -> None:
        result = await self._visit(question.ready, question.representations, question.values)
        self._take_in(question, result)

    async def _root(self, ready: ReadyFetch) -> None:
        self._take_in_root(ready, await self._visit(ready, [], {}))

    def _take_in_root(self, ready: Asked, result: FetchResult) -> None:
        try:
            self._take_root(ready, result)
        except RecursionError:
            self._take_root(ready, _failed(ready, ErrorCode.DEPARTMENT_ERROR, _TOO_DEEP))

    async def _together(self, request: ReadyRequest, batch: Batch, asked: dict[int, _Question]) -> None:
        """One request for several questions; what has nothing to ask sends an empty list."""
        questions = [asked.get(each.fetch.number) for each in request.fetches]
        lists = [question.representations if question else [] for question in questions]
        started = self._loop.time()
        result = await self._guarded(
            request.fetches[0], batch.prepared, batch.variables(self._variables, lists), []
        )
        self._note(request.fetches[0], started, sum(map(len, lists)), result)
        for question, answer in zip(questions, batch.apart(result), strict=True):
            if question is not None:
                self._take_in(question, answer)

    async def _contextual(
        self, request: ReadyRequest, documents: ContextualDocuments, asked: list[_Question]
    ) -> None:
        """One request for questions that differ in what contexts give."""
        batch, names = documents.of(tuple(request.fetches.index(question.ready) for question in asked))
        lists = [question.representations for question in asked]
        values = {
            called[name]: value
            for question, called in zip(asked, names, strict=True)
            for name, value in question.values.items()
        }
        started = self._loop.time()
        variables = batch.variables({**self._variables, **values}, lists)
        result = await self._guarded(request.fetches[0], batch.prepared, variables, [])
        self._note(request.fetches[0], started, sum(map(len, lists)), result)
        for question, answer in zip(asked, batch.apart(result), strict=True):
            self._take_in(question, answer)

    def _take_in(self, question: _Question, result: FetchResult) -> None:
        ready, representations, targets = question.ready, question.representations, question.targets
        try:
            self._take_entities(ready, result, representations, targets)
        except RecursionError:
            result = _failed(ready, ErrorCode.DEPARTMENT_ERROR, _TOO_DEEP)
            self._take_entities(ready, result, representations, targets)

    def _has_reason(self, ready: ReadyFetch, index: int) -> bool:
        return any(holds(reason, self._variables) for reason in ready.fetch.inputs[index].reasons)

    # -- out

    def _gather(self, ready: ReadyFetch) -> Iterable[_Question]:
        """Each different representation once, with all objects that wait for its answer; those that take something
        else from a context apart."""
        questions: dict[str, _Question] = {}
        for index, reader in enumerate(ready.readers):
            if not self._has_reason(ready, index):
                continue
            contexts = ready.contexts[index] if ready.contexts else None
            for entity, values in entities_with_values(reader, contexts, self.data):
                if isinstance(values, Failure):
                    _pass_on(ready, reader, entity, values)
                    continue
                found = reader.represent(entity)
                if isinstance(found, Failure):
                    _pass_on(ready, reader, entity, found)
                elif found is not None and values is not None:
                    apart = repr(values) if values else ""
                    if apart not in questions:
                        questions[apart] = _Question(ready, values)
                    questions[apart].add(found, entity)
        return questions.values()

    async def _visit(self, ready: ReadyFetch, representations: list[Entity], values: Values) -> FetchResult:
        started = self._loop.time()
        variables = {**self._variables, **values} if values else self._variables
        result = await self._guarded(ready, ready.prepared, variables, representations)
        self._note(ready, started, len(representations), result)
        return result

    def _note(self, ready: ReadyFetch, started: float, representations: int, result: FetchResult) -> None:
        self.issued.extend(result.issued)
        duration_s = self._loop.time() - started
        self.facts.append(FetchFact(ready.fetch.subgraph, duration_s, representations, len(result.errors)))

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
                return _failed(ready, ErrorCode.DEADLINE_EXCEEDED, "not sent: the deadline had passed")
            async with asyncio.timeout_at(deadline_s):
                return await prepared.run(variables, representations, self._context)
        except TimeoutError:
            return _failed(ready, ErrorCode.DEPARTMENT_TIMEOUT, "the deadline passed while waiting")
        except Exception as error:
            return _failed(ready, ErrorCode.INTERNAL_ERROR, _where(error))

    # -- in

    def _take_root(self, ready: Asked, result: FetchResult) -> None:
        answer = result.data if isinstance(result.data, dict) else {}
        for error in result.errors:
            if error.path:
                report = self._report(ready, error, whole=False)
                report.whole |= not place(answer, error.path, report)
        whole = [error for error in result.errors if not error.path]
        if result.data is None and not result.errors:
            whole.append(_failed(ready, ErrorCode.DEPARTMENT_ERROR, "no data").errors[0])
        merge(self.data, answer)
        for error in whole:
            report = self._report(ready, error, whole=True)
            mark(ready.fetch.selection, self.data, Failure(report), None)
        if result.data is None and not whole and self.reports:
            mark(ready.fetch.selection, self.data, Failure(self.reports[-1]), None)

    def _take_entities(
        self,
        ready: ReadyFetch,
        result: FetchResult,
        representations: list[Entity],
        targets: list[list[Entity]],
    ) -> None:
        entities = list(result.entities or ())
        if len(entities) != len(targets):
            if not result.errors:
                result = _failed(ready, ErrorCode.DEPARTMENT_ERROR, "not as many entities as asked for")
            entities = [None] * len(targets)
        lost = self._place_errors(ready, result, entities)
        for entity, waiting in zip(entities, targets, strict=True):
            if isinstance(entity, dict):
                for target in waiting:
                    merge(target, entity)
        for index, failure in lost.items():
            for target in targets[index]:
                mark(ready.fetch.selection, target, failure, representations[index]["__typename"])

    def _place_errors(
        self, ready: ReadyFetch, result: FetchResult, entities: list[dict[str, Json] | None]
    ) -> dict[int, Failure]:
        """Errors go where they lead in the entities; what is returned are the entities that failed as a whole."""
        lost: dict[int, Failure] = {}
        everywhere: list[Report] = []
        for error in result.errors:
            report = self._report(ready, error, whole=not error.path)
            index = error.path[0] if error.path else None
            if not isinstance(index, int) or not 0 <= index < len(entities):
                everywhere.append(report)
            elif isinstance(entities[index], dict):
                report.whole |= not place(entities[index], error.path[1:], report)
            elif index in lost:
                lost[index].add(Failure(report))
            else:
                lost[index] = Failure(report)
        if everywhere:
            of_all = Failure.of(everywhere)
            for index in range(len(entities)):
                if index in lost:
                    lost[index].add(of_all)
                else:
                    lost[index] = of_all
        return lost

    def _report(self, ready: Asked, error: FetchError, *, whole: bool) -> Report:
        if error.department is None:
            error = replace(error, department=ready.department)
        # what comes in a subgraph's own words is always passed on, wherever it points
        report = Report(error, whole=whole or error.upstream_code is not None)
        self.reports.append(report)
        return report


_TOO_DEEP = "nested too deeply"
_NEEDS_STREAM = "A subscription is answered as a stream: ask for one."


def _without_data(asked: Asked, event: FetchResult) -> tuple[ResponseError, ...]:
    """The errors of an event that has no data; their places are unknown."""
    errors = event.errors or _failed(asked, ErrorCode.DEPARTMENT_ERROR, "no data").errors
    whole = (replace(e, department=e.department or asked.department) for e in errors)
    return entries_of(Report(error, whole=True) for error in whole)


def _pass_on(ready: ReadyFetch, reader: EntityReader, entity: Entity, failure: Failure) -> None:
    """What an entity needs has failed, so what depends on it has too."""
    mark(ready.fetch.selection, entity, Failure(failure.report), reader.input.type)


def _finished(waiting: dict[ReadyRequest, set[int]], request: ReadyRequest) -> None:
    for depends in waiting.values():
        depends.difference_update(each.fetch.number for each in request.fetches)


def _failed(ready: Asked, code: ErrorCode, detail: str) -> FetchResult:
    return FetchResult(errors=(FetchError(code, code.facts.en, department=ready.department, detail=detail),))


def _where(error: BaseException) -> str:
    """The kind of an exception and the line it came from; its words may be personal."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    at = f" at {trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}" if trace else ""
    return f"{type(error).__name__}{at}"
