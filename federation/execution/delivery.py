"""Which deferred fragments are pending, and what is told of them when. It fetches nothing and waits for nothing.

Source: GraphQL specification, working draft of 2025, "Incremental Delivery": a field is delivered once; a fragment
of which nothing is left is never pending; one within another is pending when that one is complete.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from federation.execution.deferred import Later
from federation.execution.failures import ClientPath, Failure, PathKey, Report, ResponseError, entries_of
from federation.execution.parts import Completed, Part, Pending, Piece
from federation.execution.reading import Names, Nulled, Reading, Way
from federation.planning.defers import DeferUsage

IsReady = Callable[[DeferUsage], bool]
"""Whether everything that a fragment takes is fetched."""


class PartReading(Reading):
    """Reads one piece after another; the errors of each are its own, though a failure may be met in several.
    ``first``: what was read before; ``most_errors`` for all pieces; after these, one for each."""

    __slots__ = ("_most_errors", "_own", "met_before")

    def __init__(self, first: Reading, most_errors: int) -> None:
        super().__init__([], first.introspection)
        self.items, self.objects = first.items, first.objects
        self._most_errors = most_errors
        self.met_before: set[Report] = set()
        self._own: dict[Report, Report] = {}

    def begin(self) -> None:
        self.reports, self.later, self._faults = [], [], []
        self._refusals, self._own = {}, {}

    def met(self, failure: Failure, way: Way, key: PathKey, names: Names) -> None:
        for each in (failure, *failure.others):
            self.met_before.add(each.report)
            super().met(Failure(self._own_report(each.report), each.tail), way, key, names)

    def _own_report(self, report: Report) -> Report:
        own = self._own.get(report)
        if own is None:
            own = Report(report.error, whole=False)
            self._own[report] = self._own[own] = own
            self.reports.append(own)
        return own

    def errors(self) -> tuple[ResponseError, ...]:
        found = entries_of(self.reports, max(1, self._most_errors))
        self._most_errors -= len(found)
        return found


@dataclass(slots=True, eq=False)
class _Group:
    """Fields of one object that some fragments share; read when the first of them is complete."""

    later: Later
    fragments: list[_Fragment] = field(default_factory=list)
    data: dict[str, Any] | None = None
    errors: tuple[ResponseError, ...] = ()
    is_read: bool = False
    is_delivered: bool = False

    @property
    def has_failed(self) -> bool:
        return self.is_read and self.data is None


@dataclass(slots=True, eq=False)
class _Fragment:
    """A deferred fragment at one place of the answer."""

    usage: DeferUsage
    path: ClientPath
    groups: list[_Group] = field(default_factory=list)
    children: list[_Fragment] = field(default_factory=list)
    pending: Pending | None = None
    is_closed: bool = False


class Delivery:
    """The deferred fragments of one answer."""

    def __init__(self, reading: PartReading) -> None:
        self._reading = reading
        self._fragments: dict[tuple[DeferUsage, ClientPath], _Fragment] = {}
        self._roots: list[_Fragment] = []
        self._open: dict[_Fragment, None] = {}
        self._count = 0
        self._pieces: list[Piece] = []
        self._completed: list[Completed] = []

    @property
    def is_over(self) -> bool:
        return not self._open

    @property
    def usages(self) -> set[DeferUsage]:
        """The fragments that are pending somewhere."""
        return {fragment.usage for fragment in self._open}

    def begin(self, later: Iterable[Later]) -> tuple[Pending, ...]:
        """What the first part leaves for later."""
        self._add(later)
        return _told(self._announce(self._roots))

    def part(self, is_ready: IsReady) -> Part | None:
        """All that can be told now, if anything."""
        self._pieces, self._completed = [], []
        announced: list[_Fragment] = []
        waiting = list(self._open)
        while waiting:
            ready = [each for each in waiting if is_ready(each.usage)]
            complete = [each for each in ready if not each.is_closed and self._complete(each)]
            # only now: what is told already is not pending again
            waiting = self._announce(child for each in complete for child in each.children)
            announced.extend(waiting)
        if not self._completed:
            return None
        return Part(_told(announced), tuple(self._pieces), tuple(self._completed), bool(self._open))

    # -- what there is

    def _add(self, later: Iterable[Later]) -> None:
        for each in later:
            group = _Group(each)
            for usage in sorted(each.block, key=lambda usage: usage.number):
                fragment = self._fragment(usage, each.path)
                fragment.groups.append(group)
                group.fragments.append(fragment)

    def _fragment(self, usage: DeferUsage, path: ClientPath) -> _Fragment:
        path = _beginning(path, len(usage.path))
        found = self._fragments.get((usage, path))
        if found is None:
            found = self._fragments[usage, path] = _Fragment(usage, path)
            if usage.parent is None:
                self._roots.append(found)
            else:
                parent = self._fragment(usage.parent, path)
                parent.children.append(found)
                found.is_closed = parent.is_closed
        return found

    def _announce(self, fragments: Iterable[_Fragment]) -> list[_Fragment]:
        """Make those pending of which something is left; instead of the others those within them."""
        found: list[_Fragment] = []
        waiting = deque(fragments)
        while waiting:
            fragment = waiting.popleft()
            if fragment.is_closed:
                continue
            if all(group.is_delivered for group in fragment.groups):
                fragment.is_closed = True
                waiting.extendleft(reversed(fragment.children))
                continue
            fragment.pending = Pending(str(self._count), fragment.path, fragment.usage.label)
            self._count += 1
            self._open[fragment] = None
            found.append(fragment)
        return found

    # -- what is told

    def _complete(self, fragment: _Fragment) -> bool:
        """Read and tell all of the fragment; False where it has failed."""
        for group in fragment.groups:  # reading one may add others
            self._read(group)
            if group.has_failed:
                for each in group.fragments:
                    self._fail(each, group.errors)
                return False
        for group in fragment.groups:
            if not group.is_delivered:
                self._deliver(group, fragment)
        self._close(fragment, ())
        return True

    def _read(self, group: _Group) -> None:
        if group.is_read:
            return
        reading = self._reading
        reading.begin()
        try:
            group.data = group.later.read(reading)
        except Nulled:
            reading.later = []
        group.is_read = True
        group.errors = reading.errors()
        self._add(reading.later)

    def _deliver(self, group: _Group, fragment: _Fragment) -> None:
        """As a piece of the pending fragment that is nearest to the object."""
        group.is_delivered = True
        able = [each for each in group.fragments if each in self._open and each is not fragment]
        nearest = max((fragment, *able), key=lambda each: len(each.path))
        assert nearest.pending is not None
        assert group.data is not None
        sub_path = group.later.path[len(nearest.path) :]
        self._pieces.append(Piece(nearest.pending, sub_path, group.data, group.errors))

    def _fail(self, fragment: _Fragment, errors: tuple[ResponseError, ...]) -> None:
        if fragment in self._open:
            self._close(fragment, errors)
            waiting = [*fragment.children]
            while waiting:
                child = waiting.pop()
                child.is_closed = True
                waiting.extend(child.children)

    def _close(self, fragment: _Fragment, errors: tuple[ResponseError, ...]) -> None:
        assert fragment.pending is not None
        del self._open[fragment]
        fragment.is_closed = True
        self._completed.append(Completed(fragment.pending, errors))


def with_errors(part: Part, errors: tuple[ResponseError, ...]) -> Part:
    """The part with errors that stand at no place, in its first piece."""
    first, *others = part.pieces
    return replace(part, pieces=(replace(first, errors=(*first.errors, *errors)), *others))


def _told(fragments: Iterable[_Fragment]) -> tuple[Pending, ...]:
    return tuple(each.pending for each in fragments if each.pending is not None)


def _beginning(path: ClientPath, fields: int) -> ClientPath:
    """The path up to the object that so many fields lead to."""
    for index, key in enumerate(path):
        if isinstance(key, str):
            if not fields:
                return path[:index]
            fields -= 1
    return path
