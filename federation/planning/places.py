"""The steps drafted so far, by the place of the objects that they hold, and who is asked next at a place.

It plans nothing by itself: ``planner.py`` walks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from federation.planning.choices import Choices
from federation.planning.coverage import Coverage
from federation.planning.draft import Entry, Node, Path, Step, at_odds
from federation.planning.faults import Budget
from federation.planning.operation import Conditions, Operation
from federation.planning.routes import Route, Routes, ways
from federation.planning.stands import Name, Stand, answered, stands_of
from federation.planning.wanted import Wanted, WantedReader
from federation.supergraph import FieldView, Supergraph, TypeView


@dataclass(frozen=True, slots=True)
class At:
    """A place in a step's selection: whose, of which type of the graph, where in the response, under which
    conditions. ``above`` is the place of the parent object, ``via`` what leads from there. ``apart``: here is only
    how the objects are found; what is wanted of them is asked for anew."""

    step: Step
    node: Node
    stand: Stand
    type: str
    path: Path
    conditions: Conditions
    above: At | None = None
    via: Wanted | None = None
    apart: bool = False

    @property
    def field(self) -> str:
        return self.via.name if self.via is not None else ""


@dataclass(slots=True, eq=False)
class Place:
    """All steps that hold the objects of one type at one path."""

    located: dict[Name, At] = field(default_factory=dict)
    entered: dict[Name, list[tuple[Step, Route]]] = field(default_factory=dict)
    ways: dict[Name, Route] = field(default_factory=dict)
    """How the stands were entered that do not hold the objects from the start."""
    leaves: dict[tuple[Name, str, Conditions], Step] = field(default_factory=dict)
    """Leaves with requirements that are planned already, by stand and key: the requirements of others name them again."""

    @property
    def stands(self) -> tuple[Stand, ...]:
        return tuple(at.stand for at in self.located.values())


Tried = set[tuple[Name, Wanted]]


class Places:
    """What a planner remembers of its draft."""

    def __init__(
        self,
        supergraph: Supergraph,
        operation: Operation,
        reader: WantedReader,
        budget: Budget,
        coverage: Coverage,
        choices: Choices,
    ) -> None:
        self._supergraph = supergraph
        self._operation = operation
        self._reader = reader
        self._budget = budget
        self._coverage = coverage
        self._choices = choices
        self._places: dict[tuple[Path, str, Conditions], Place] = {}
        self._root_places: dict[Name, At] = {}
        self._touched: list[set[Step]] = []
        self._requiring: set[tuple[Path, str, str]] = set()
        self._entering: set[tuple[Path, str, Name]] = set()
        self._act = 0
        self.steps: list[Step] = []

    def _place(self, at: At) -> Place:
        place = self._places.setdefault((at.path, at.type, at.conditions), Place())
        place.located.setdefault(at.stand.name, at)
        return place

    def _ways(self, place: Place, at: At) -> Routes:
        return ways(self._supergraph, at.type, place.stands)

    def _new_step(self, place: Place, at: At, way: Route) -> Step:
        subgraph, known_as = way.target
        node = Node("_Entity", by_type={known_as: Node(known_as)})
        entry = Entry(at.path, known_as, at.type, dict.fromkeys(way.key.needs))
        step = Step(subgraph, node, [entry], False, self._act)
        place.entered.setdefault(way.target, []).append((step, way))
        self.steps.append(step)
        return step

    def _reusable(
        self, usable: Iterable[tuple[Step, Route]], depends: set[Step], view: FieldView | None
    ) -> tuple[Step, Route] | None:
        for step, way in usable:
            if view is not None and at_odds(step.entries[0].requires, view.requires):
                continue
            if not any(other.needs(step) for other in depends):
                return step, way
        return None

    def _is_entering(self, at: At, way: Route) -> bool:
        """Whether the way leads through a subgraph whose key is only just being put together."""
        return any((at.path, at.type, name) in self._entering for name in way.through)

    # -- which steps a requirement touches

    def _note(self, step: Step) -> None:
        if self._touched:
            self._touched[-1].add(step)

    @contextmanager
    def _noting(self, into: set[Step]) -> Iterator[None]:
        self._touched.append(set())
        try:
            yield
        finally:
            touched = self._touched.pop()
            into |= touched
            if self._touched:
                self._touched[-1] |= touched

    def _view(self, stand: Stand) -> TypeView:
        return self._supergraph.views[stand.subgraph][stand.type]

    def _stand(self, place: Place, name: Name) -> Stand:
        return place.located[name].stand if name in place.located else Stand(*name)

    # -- who is asked next

    def _best_root(
        self, root: str, pending: Sequence[Wanted], tried: Tried, used: dict[Name, At]
    ) -> Stand | None:
        stands = [Stand(*name) for name in stands_of(self._supergraph, root)]
        sole = self._sole_owner(root, pending, tried, stands)
        if sole is not None:
            return sole
        return self._best(root, pending, tried, {s: int(s.name not in used) for s in stands})

    def _sole_owner(
        self, root: str, pending: Iterable[Wanted], tried: Tried, stands: Sequence[Stand]
    ) -> Stand | None:
        """Fields that only one subgraph answers come first: whoever must be asked anyway may answer others
        too."""
        for each in pending:
            able = [s for s in stands if self._is_candidate(s, root, each) and (s.name, each) not in tried]
            if len(able) == 1:
                return able[0]
        return None

    def _best(
        self,
        type_name: str,
        pending: Sequence[Wanted],
        tried: Tried,
        costs: dict[Stand, int],
        path: Path = (),
    ) -> Stand | None:
        """Who answers most at the least cost: most fields wholly, then cheapest, then most leaves, then by
        name; ``Choices`` may take the next best."""
        ranked: list[tuple[tuple[int, int, int], Name, Stand]] = []
        for stand, cost in costs.items():
            fields = [
                each
                for each in pending
                if (stand.name, each) not in tried and self._is_candidate(stand, type_name, each, path)
            ]
            if fields:
                have = [self._coverage.of(stand, each) for each in fields]
                whole = sum(got == all_ for got, all_ in have)
                ranked.append(((-whole, cost, -sum(got for got, _ in have)), stand.name, stand))
        if not ranked:
            return None
        ranked.sort(key=lambda each: each[:2])
        (whole, cost, _), _, first = ranked[0]
        if cost == 0 and -whole == len(pending):
            return first
        return ranked[self._choices.choose(len(ranked))][2]

    def _is_candidate(self, stand: Stand, type_name: str, wanted: Wanted, path: Path = ()) -> bool:
        if answered(self._supergraph, stand, wanted.name) is not None:
            return True
        view = self._view(stand)
        child = view.fields.get(wanted.name)
        if view.abstract:
            return True  # its object types are known there, and each may get the field from anywhere
        if child is None or not child.answers:
            return False
        guard = (path, f"{type_name}.{wanted.name}", stand.subgraph)
        return child.needy and guard not in self._requiring

    def _plain_first(self, stand: Stand, wanted: list[Wanted]) -> list[Wanted]:
        return sorted(wanted, key=lambda each: answered(self._supergraph, stand, each.name) is None)
