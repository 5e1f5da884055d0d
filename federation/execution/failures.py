"""Errors on their way to the client: marks in the data where something failed, and reports that gather the
client's paths.

A failure stands in the data in place of the value that is missing. Whoever reads that place, under whatever
alias and index, adds its own path to the report; each place is one entry of ``errors`` (GraphQL spec, 6.4.4), up to
a bound. No value of a person enters a message.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from graphql import FieldNode, InlineFragmentNode, SelectionSetNode

from federation.subgraph import FetchError
from tongban.errors import ErrorCode

PathKey = str | int
ClientPath = tuple[PathKey, ...]

MOST_PATHS = 50
"""As many places of one error have an entry; the last of these says how many more there were."""

MOST_ERRORS = 500
"""Entries of one answer; the last says how many more there were."""

MOST_TOGETHER = 20
"""As many errors are told of one value that failed."""


@dataclass(frozen=True, slots=True)
class ResponseError:
    """One entry of ``errors``. ``omitted``: as many more were left out after it. ``detail`` is for the log."""

    code: ErrorCode
    message: str
    path: ClientPath | None = None
    department: str | None = None
    retry_after_s: float | None = None
    omitted: int = 0
    detail: str = field(default="", repr=False)
    upstream_code: str | None = None
    message_zh: str | None = None

    def to_json(self) -> dict[str, object]:
        """As it goes to the client; the pipeline adds ``requestId`` to ``extensions``."""
        extensions: dict[str, object] = {"code": self.upstream_code or self.code.value}
        if self.upstream_code is None:
            extensions["messageZh"] = self.message_zh or self.code.facts.zh
        if self.department is not None:
            extensions["department"] = self.department
        if self.retry_after_s is not None:
            extensions["retryAfter_s"] = self.retry_after_s
        if self.omitted:
            extensions["omitted"] = self.omitted
        found: dict[str, object] = {"message": self.message}
        if self.path is not None:
            found["path"] = list(self.path)
        found["extensions"] = extensions
        return found


class Report:
    """One error and the client's places it was met at, ``omitted`` of them only counted. ``whole``: told even if
    nobody meets it."""

    __slots__ = ("error", "omitted", "paths", "whole")

    def __init__(self, error: FetchError, *, whole: bool) -> None:
        self.error = error
        self.whole = whole
        self.paths: list[ClientPath] = []
        self.omitted = 0

    def entries(self) -> Iterator[ResponseError]:
        """One for each place; one without a place where nobody met it."""
        if not self.paths:
            if self.whole:
                yield self._entry(None, 0)
            return
        *others, last = self.paths
        for path in others:
            yield self._entry(path, 0)
        yield self._entry(last, self.omitted)

    def _entry(self, path: ClientPath | None, omitted: int) -> ResponseError:
        error = self.error
        return ResponseError(
            error.code,
            error.message,
            path,
            error.department,
            error.retry_after_s,
            omitted,
            error.detail,
            error.upstream_code,
            error.message_zh,
        )


def entries_of(reports: Iterable[Report], most: int = MOST_ERRORS) -> tuple[ResponseError, ...]:
    """The entries of all reports; of more than ``most`` the last says how many were left out."""
    found = [entry for report in reports for entry in report.entries()]
    if len(found) <= most:
        return tuple(found)
    omitted = len(found) - most + sum(entry.omitted for entry in found[most - 1 :])
    return (*found[: most - 1], replace(found[most - 1], omitted=omitted))


class Failure:
    """Stands in the data for a value that failed; ``tail`` is the rest of the way to where it really
    failed. ``others`` failed there too."""

    __slots__ = ("others", "report", "tail")

    def __init__(self, report: Report, tail: tuple[PathKey, ...] = ()) -> None:
        self.report = report
        self.tail = tail
        self.others: tuple[Failure, ...] = ()

    @classmethod
    def of(cls, reports: Sequence[Report]) -> Failure:
        """Of a value that failed for several reasons."""
        found = cls(reports[0])
        found.others = tuple(map(cls, reports[1:MOST_TOGETHER]))
        return found

    def add(self, other: Failure) -> None:
        """What failed at the same place, as far as it is told."""
        self.others = (*self.others, other, *other.others)[: MOST_TOGETHER - 1]


def place(data: Any, path: tuple[PathKey, ...], report: Report) -> bool:
    """Put a failure at the first null on the way down the path; False if there is none."""
    here = data
    for index, step in enumerate(path):
        if isinstance(here, dict) and isinstance(step, str):
            below = here.get(step)
        elif isinstance(here, list) and isinstance(step, int) and 0 <= step < len(here):
            below = here[step]
        else:
            return False
        if below is None:
            here[step] = Failure(report, path[index + 1 :])
            return True
        if isinstance(below, Failure):
            below.add(Failure(report, path[index + 1 :]))
            return True
        here = below
    return False


def mark(selection: SelectionSetNode, target: dict[str, Any], failure: Failure, type_name: object) -> None:
    """Put the failure wherever the selection has no value in the object yet: where it would have given the object's own
    type, in place of that too. ``type_name``: a name, or anything else where it is not known."""
    for selected in selection.selections:
        if isinstance(selected, InlineFragmentNode):
            on = selected.type_condition.name.value if selected.type_condition else None
            if on is None or not isinstance(type_name, str) or on == type_name:
                mark(selected.selection_set, target, failure, type_name)
        elif isinstance(selected, FieldNode):
            key = selected.alias.value if selected.alias else selected.name.value
            value = target.get(key)
            if value is None:
                target[key] = failure
            elif selected.selection_set is not None:
                for each in objects_in(value):
                    mark(selected.selection_set, each, failure, each.get("__typename"))


def objects_in(value: Any) -> Iterable[dict[str, Any]]:
    """The objects of a value, lists flattened."""
    if isinstance(value, dict):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from objects_in(each)
