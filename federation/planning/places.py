"""The steps drafted so far, by the place of the objects that they hold, and who is asked next at a place.

It plans nothing by itself: ``planner.py`` walks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from federation.planning.choices import Choices
from federation.planning.coverage import Coverage
from federation.planning.draft import Entry, Node, Path, Step, at_odds
from federation.planning.faults import Budget
from federation.planning.offers import Offers, Tried
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

    routes: Routes | None = None
    """Whom one can enter from those located, as far as ``routes_of`` them."""
    routes_of: tuple[int, int] = (0, 0)

    @property
    def stands(self) -> tuple[Stand, ...]:
        return tuple(at.stand for at in self.located.values())

    @property
    def extent(self) -> tuple[int, int]:
        """How many are located, and how many before them."""
        return len(self.located), 0


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
        now, then = place.extent, place.routes_of
        if place.routes is None or (now != then and not (place.routes.settled and now[1] == then[1])):
            place.routes = ways(self._supergraph, at.type, place.stands)
            place.routes_of = now
        return place.routes

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
        return bool(self._entering) and any(
            (at.path, at.type, name) in self._entering for name in way.through
        )

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
        self, root: str, pending: Iterable[Wanted], offers: Offers, used: dict[Name, At]
    ) -> Stand | None:
        """Fields that only one subgraph answers come first: whoever must be asked anyway may answer others too."""
        stands = [Stand(*name) for name in stands_of(self._supergraph, root)]
        sole = offers.sole(stands, pending)
        if sole is not None:
            return sole
        return self._best(offers, {stand: int(stand.name not in used) for stand in stands})

    def _best_elsewhere(self, place: Place, at: At, offers: Offers) -> Stand | None:
        """Of those that hold the objects or can be entered."""
        costs = {each.stand: 0 for each in place.located.values()}
        for stand, way in self._ways(place, at).entrances:
            if stand.name not in place.located and not self._is_entering(at, way):
                costs[stand] = max(1, way.cost)
        return self._best(offers, costs)

    def _best(self, offers: Offers, costs: dict[Stand, int]) -> Stand | None:
        """Who answers most at the least cost: most fields wholly, then cheapest, then most leaves, then by
        name; ``Choices`` may take the next best."""
        ranked: list[tuple[tuple[int, int, int], Name, Stand]] = []
        for stand, cost in costs.items():
            offer = offers.of(stand)
            if offer.fields:
                ranked.append(((-offer.whole, cost, -offer.got), stand.name, stand))
        if not ranked:
            return None
        ranked.sort(key=lambda each: each[:2])
        (whole, cost, _), _, first = ranked[0]
        if cost == 0 and -whole == offers.pending:
            return first
        return ranked[self._choices.choose(len(ranked))][2]

    def _offers(self, type_name: str, wanted: Iterable[Wanted], tried: Tried, path: Path = ()) -> Offers:
        def could(stand: Stand, field: str) -> bool:
            return self._is_candidate(stand, type_name, field, path)

        return Offers(self._coverage, self._budget, could, wanted, tried)

    def _is_candidate(self, stand: Stand, type_name: str, name: str, path: Path) -> bool:
        if answered(self._supergraph, stand, name) is not None:
            return True
        view = self._view(stand)
        child = view.fields.get(name)
        if view.abstract:
            return True  # its object types are known there, and each may get the field from anywhere
        if child is None or not child.answers:
            return False
        guard = (path, f"{type_name}.{name}", stand.subgraph)
        return child.needy and guard not in self._requiring

    def _plain_first(self, stand: Stand, wanted: list[Wanted]) -> list[Wanted]:
        return sorted(wanted, key=lambda each: answered(self._supergraph, stand, each.name) is None)
