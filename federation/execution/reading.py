"""What reading an answer collects on the way: the reports of errors with the client's paths, what is left for later,
and how much was read. It reads nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from federation.execution.deferred import Later
from federation.execution.failures import MOST_PATHS, ClientPath, Failure, PathKey, Report
from federation.subgraph import FetchError

Way = tuple[Any, PathKey] | None
"""A path as linked pairs, last key first: made per object, read only for errors."""


class Nulled(Exception):
    """The value here is null because of an error already reported."""


MOST_ITEMS = 100_000
"""Of all lists of an answer, and of all that is deferred of them. More is no answer that anybody asked for, and costs everybody's time."""

MOST_OBJECTS = 250_000
"""Of an answer, each counted under every name that the client has for it: fragments that spread each other twice double them."""

MOST_FAULTS = 100
"""Values of the wrong type that have an entry of ``errors``; the last of these says how many more there were."""


class Reading:
    """What one projection run collects: reports in the order in which they were met, and what is left for later."""

    __slots__ = ("_faults", "_refusals", "introspection", "items", "later", "objects", "reports")

    def __init__(self, reports: list[Report], introspection: Mapping[str, Any]) -> None:
        self.reports = reports
        self.introspection = introspection
        self.items = 0
        self.objects = 0
        self.later: list[Later] = []
        self._faults: list[Report] = []
        self._refusals: dict[int, Report] = {}

    def met(self, failure: Failure, way: Way, key: PathKey, names: Names) -> None:
        """A failure was read at this place."""
        for each in (failure, *failure.others):
            if len(each.report.paths) < MOST_PATHS:
                each.report.paths.append(client_path(way, key) + names(each.tail))
            else:
                each.report.omitted += 1

    def refusal(self, error: FetchError) -> Report:
        """The one report of a field that is forbidden, wherever it is met."""
        report = self._refusals.get(id(error))
        if report is None:
            report = self._refusals[id(error)] = Report(error, whole=False)
            self.reports.append(report)
        return report

    def fault(self, error: FetchError, way: Way, key: PathKey) -> None:
        """Something is wrong with the value at this place. Only so many are told; the others are counted."""
        if len(self._faults) == MOST_FAULTS:
            self._faults[-1].omitted += 1
            return
        report = Report(error, whole=True)
        report.paths.append(client_path(way, key))
        self._faults.append(report)
        self.reports.append(report)


Complete = Callable[[Any, Way, PathKey, Reading], Any]
"""Completes a value at a place: returns it or raises ``Nulled``, which the nearest nullable place catches."""

Names = Callable[[tuple[PathKey, ...]], ClientPath]
"""From keys in the data to the client's, for the rest of a path below a null."""


def client_path(way: Way, key: PathKey) -> ClientPath:
    """The linked path as a tuple."""
    found = [key]
    while way is not None:
        way, last = way
        found.append(last)
    return tuple(reversed(found))[1:]
