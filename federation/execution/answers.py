"""Answers of fetches taken into the data: merged where they belong, errors put where a value is missing."""

from __future__ import annotations

from dataclasses import replace

from federation.execution.failures import Failure, Report, mark, place
from federation.execution.merging import copied, merge
from federation.execution.questions import Question
from federation.execution.representations import Entity
from federation.execution.sending import Asked, failed
from federation.planning.defers import DeferUsage
from federation.subgraph import FetchError, FetchResult, Json
from tongban.errors import ErrorCode

_TOO_DEEP = "nested too deeply"


class Answers:
    """The merged data of one request, and the reports of what went wrong."""

    __slots__ = ("data", "of_deferred", "reports")

    def __init__(self) -> None:
        self.data: Entity = {}
        self.reports: list[Report] = []
        self.of_deferred: list[tuple[Report, DeferUsage]] = []
        """Those of deferred fetches, which nobody may ever meet."""

    def take_root(self, ready: Asked, result: FetchResult) -> None:
        """Of a root fetch, or an event. The data is taken over."""
        try:
            self._take_root(ready, result)
        except RecursionError:
            self._take_root(ready, failed(ready, ErrorCode.DEPARTMENT_ERROR, _TOO_DEEP))

    def take_entities(self, question: Question, result: FetchResult) -> None:
        """Of an entity fetch. The data is taken over."""
        try:
            self._take_entities(question, result)
        except RecursionError:
            result = failed(question.ready, ErrorCode.DEPARTMENT_ERROR, _TOO_DEEP)
            self._take_entities(question, result)

    def _take_root(self, ready: Asked, result: FetchResult) -> None:
        answer = result.data if isinstance(result.data, dict) else {}
        for error in result.errors:
            if error.path:
                report = self._report(ready, error, whole=False)
                report.whole |= not place(answer, error.path, report)
        whole = [error for error in result.errors if not error.path]
        if result.data is None and not result.errors:
            whole.append(failed(ready, ErrorCode.DEPARTMENT_ERROR, "no data").errors[0])
        merge(self.data, answer)
        for error in whole:
            report = self._report(ready, error, whole=True)
            mark(ready.fetch.selection, self.data, Failure(report), None)
        if result.data is None and not whole and self.reports:
            mark(ready.fetch.selection, self.data, Failure(self.reports[-1]), None)

    def _take_entities(self, question: Question, result: FetchResult) -> None:
        ready, representations, targets = question.ready, question.representations, question.targets
        entities = list(result.entities or ())
        if len(entities) != len(targets):
            if not result.errors:
                result = failed(ready, ErrorCode.DEPARTMENT_ERROR, "not as many entities as asked for")
            entities = [None] * len(targets)
        lost = self._place_errors(ready, result, entities)
        for entity, waiting in zip(entities, targets, strict=True):
            if isinstance(entity, dict):
                for target in waiting:
                    merge(target, copied(entity) if ready.apart else entity)
        for index, failure in lost.items():
            for target in targets[index]:
                mark(ready.fetch.selection, target, failure, representations[index]["__typename"])

    def _place_errors(
        self, ready: Asked, result: FetchResult, entities: list[dict[str, Json] | None]
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
        if ready.fetch.defer is not None:
            self.of_deferred.append((report, ready.fetch.defer))
        return report
