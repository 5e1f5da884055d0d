"""Who is asked for what: walks the wanted selections through the subgraphs and drafts the steps.

A field is taken where the parent object already is; what is left at an entity is fetched by its keys, from
the subgraph that answers most of it; what is left then goes up to the parent, which may be asked of another
subgraph too. Greedy, with every choice in one place (``_best``). Fewest steps first: a step is reused unless
that would make it wait for itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from graphql import OperationType

from federation.planning.coverage import covered
from federation.planning.draft import LIST, Entry, Node, Path, Step
from federation.planning.faults import Budget, Unplannable
from federation.planning.operation import ALWAYS, Conditions, Operation
from federation.planning.routes import Route, routes
from federation.planning.wanted import Selection, Wanted, WantedReader
from federation.supergraph import FieldView, Supergraph


@dataclass(frozen=True, slots=True)
class At:
    """A place in a step's selection: whose, of which type, where in the response, under which conditions."""

    step: Step
    node: Node
    type: str
    path: Path
    conditions: Conditions


@dataclass(slots=True, eq=False)
class Place:
    """All steps that hold the objects of one type at one path."""

    located: dict[str, At] = field(default_factory=dict)
    entered: dict[str, list[Step]] = field(default_factory=dict)
    ways: dict[str, Route] = field(default_factory=dict)
    """How the subgraphs were entered that do not hold the objects from the start."""


class Planner:
    """Drafts the steps of one operation."""

    def __init__(
        self, supergraph: Supergraph, operation: Operation, reader: WantedReader, budget: Budget
    ) -> None:
        self._supergraph = supergraph
        self._operation = operation
        self._reader = reader
        self._budget = budget
        self._places: dict[tuple[Path, str, Conditions], Place] = {}
        self._touched: list[set[Step]] = []
        self._requiring: set[tuple[Path, str, str]] = set()
        self._act = 0
        self.steps: list[Step] = []

    def draft(self) -> list[Step]:
        """All steps.

        Raises: Unplannable, PlanBudgetExceeded.
        """
        wanted = self._reader.root()
        if self._operation.kind is OperationType.MUTATION:
            for self._act, each in enumerate(wanted):
                self._places.clear()
                self._roots([each])
        else:
            self._roots(wanted)
        return self.steps

    # -- root fields

    def _roots(self, wanted: Sequence[Wanted]) -> None:
        root = self._operation.root
        steps: dict[str, At] = {}
        pending = list(wanted)
        tried: set[tuple[str, Wanted]] = set()
        while pending:
            chosen = self._best_root(root, pending, tried, steps)
            if chosen is None:
                raise Unplannable(f"{root}.{pending[0].name}")
            left: list[Wanted] = []
            for each in pending:
                if not self._is_candidate(chosen, root, each) or (chosen, each) in tried:
                    left.append(each)
                    continue
                tried.add((chosen, each))
                rest = self._descend(self._root_at(steps, chosen, root, each.conditions), each)
                if rest is not None:
                    tried.update((s, rest) for s, e in list(tried) if e is each)
                    left.append(rest)
            pending = left

    def _root_at(self, steps: dict[str, At], subgraph: str, root: str, conditions: Conditions) -> At:
        if subgraph not in steps:
            step = Step(subgraph, Node(root), [Entry((), root)], True, self._act)
            self.steps.append(step)
            steps[subgraph] = At(step, step.node, root, (), ALWAYS)
        steps[subgraph].step.entries[0].because(conditions)
        return steps[subgraph]

    def _best_root(
        self, root: str, pending: Iterable[Wanted], tried: set[tuple[str, Wanted]], used: dict[str, At]
    ) -> str | None:
        names = [n for n in self._supergraph.names if root in self._supergraph.views[n]]
        sole = self._sole_owner(root, pending, tried, names)
        if sole is not None:
            return sole
        return self._best(root, pending, tried, {name: int(name not in used) for name in names})

    def _sole_owner(
        self, root: str, pending: Iterable[Wanted], tried: set[tuple[str, Wanted]], names: list[str]
    ) -> str | None:
        """Fields that only one subgraph answers come first: whoever must be asked anyway may answer others
        too."""
        for each in pending:
            able = [n for n in names if self._is_candidate(n, root, each) and (n, each) not in tried]
            if len(able) == 1:
                return able[0]
        return None

    # -- objects

    def _object(self, at: At, wanted: Iterable[Wanted]) -> list[Wanted]:
        """Plan fields of an object; what cannot be had here is returned."""
        rest: list[Wanted] = []
        view = self._supergraph.views[at.step.subgraph][at.type]
        for each in wanted:
            self._budget.spend()
            child = view.fields.get(each.name)
            left = self._descend(at, each) if child is not None and child.plain else each
            if left is not None:
                rest.append(left)
        return self._elsewhere(at, rest) if rest else rest

    def _descend(self, at: At, wanted: Wanted) -> Wanted | None:
        """Choose a field that the step's subgraph answers, and plan what is below it; what is left below, if
        anything."""
        view = self._supergraph.views[at.step.subgraph][at.type].fields[wanted.name]
        conditions = at.conditions | wanted.conditions
        self._note(at.step)
        below = at.node.choose(wanted, conditions, None if view.leaf else view.named)
        if below is None or wanted.below is None:
            return None
        path = (*at.path, wanted.key, *([LIST] * view.depth))
        left = self._composite(At(at.step, below, view.named, path, conditions), wanted.below)
        return wanted.with_below(left) if left else None

    def _composite(self, at: At, selection: Selection) -> Selection | None:
        view = self._supergraph.views[at.step.subgraph][at.type]
        if not view.abstract:
            left = self._object(at, selection.of(at.type))
            return _only(selection.type, at.type, left) if left else None
        at.node.typename = True
        apart: dict[str, list[Wanted]] = {
            name: list(selection.by_type.get(name, ())) for name in view.possible
        }
        for each in selection.fields:
            left_over = self._descend(at, each) if self._is_common(at, each) else each
            if left_over is not None:
                for wanted in apart.values():
                    wanted.append(left_over)
        rest = Selection(selection.type)
        for name, wanted in apart.items():
            if wanted and name in self._supergraph.views[at.step.subgraph]:
                narrowed = (*at.path, frozenset({name}))
                inner = At(at.step, at.node.fragment(name), name, narrowed, at.conditions)
                rest.by_type[name] = self._object(inner, wanted)
        rest.by_type = {name: left for name, left in rest.by_type.items() if left}
        return rest if rest else None

    def _is_common(self, at: At, wanted: Wanted) -> bool:
        """Whether the subgraph answers the field on the abstract type for every object type it may return."""
        views = self._supergraph.views[at.step.subgraph]
        child = views[at.type].fields.get(wanted.name)
        if child is None or not child.plain:
            return False
        objects = (views[name].fields.get(wanted.name) for name in views[at.type].possible)
        return all(o is not None and o.plain for o in objects)

    # -- entities

    def _elsewhere(self, at: At, wanted: list[Wanted]) -> list[Wanted]:
        """Fetch fields of an entity from subgraphs that can be entered by a key."""
        place = self._place(at)
        tried = {(at.step.subgraph, each) for each in wanted if self._is_plain(at.step.subgraph, at, each)}
        pending = wanted
        while pending:
            ways = routes(self._supergraph, at.type, tuple(place.located))
            costs = dict.fromkeys(place.located, 0) | {
                name: max(1, way.cost) for name, way in ways.items() if name not in place.located
            }
            chosen = self._best(at.type, pending, tried, costs, at.path)
            if chosen is None:
                break
            left: list[Wanted] = []
            for each in self._plain_first(chosen, at, pending):
                if not self._is_candidate(chosen, at.type, each, at.path) or (chosen, each) in tried:
                    left.append(each)
                    continue
                tried.add((chosen, each))
                rest = self._visit(place, at, chosen, each)
                if rest is not None:
                    if rest is not each:
                        tried.update((s, rest) for s, e in list(tried) if e is each)
                    left.append(rest)
            pending = left
        return pending

    def _plain_first(self, subgraph: str, at: At, wanted: list[Wanted]) -> list[Wanted]:
        return sorted(wanted, key=lambda each: not self._is_plain(subgraph, at, each))

    def _visit(self, place: Place, at: At, subgraph: str, wanted: Wanted) -> Wanted | None:
        view = self._supergraph.views[subgraph][at.type].fields[wanted.name]
        if view.plain and subgraph in place.located:
            return self._descend(self._reach(place, at, subgraph, wanted.conditions), wanted)
        depends: set[Step] = set()
        if view.requires and not self._collect(at, subgraph, view, wanted.conditions, depends):
            return wanted
        way = routes(self._supergraph, at.type, tuple(place.located)).get(subgraph)
        if way is None:
            return wanted
        return self._descend(self._enter(place, at, way, wanted.conditions, depends, view), wanted)

    def _collect(
        self, at: At, subgraph: str, view: FieldView, conditions: Conditions, depends: set[Step]
    ) -> bool:
        """Plan what ``@requires`` names (federation spec, @requires); the steps that give it are added to
        ``depends``."""
        guard = (at.path, f"{at.type}.{view.name}", subgraph)
        self._requiring.add(guard)
        with self._noting(depends):
            left = self._object(at, self._reader.needs(at.type, view.requires, conditions))
        self._requiring.discard(guard)
        return not left

    def _enter(
        self,
        place: Place,
        at: At,
        way: Route,
        conditions: Conditions,
        depends: set[Step],
        view: FieldView | None = None,
    ) -> At:
        """A place in a step of the route's subgraph, its key supplied by the route's providers."""
        for provider, needs in way.providers:
            source = self._reach(place, at, provider, conditions)
            with self._noting(depends):
                for each in self._reader.needs(at.type, needs, conditions):
                    self._descend(source, each)
        step = self._entity_step(place, at, way.subgraph, depends)
        entry = step.entries[0]
        entry.keys.update(dict.fromkeys(way.key.needs))
        entry.because(at.conditions | conditions)
        if view is not None:
            entry.requires.update(dict.fromkeys(view.requires))
        inside = At(step, step.node.by_type[at.type], at.type, at.path, at.conditions)
        if way.subgraph not in place.located:
            place.located[way.subgraph] = inside
            place.ways[way.subgraph] = way
        return inside

    def _reach(self, place: Place, at: At, subgraph: str, conditions: Conditions) -> At:
        """Where the subgraph holds the objects, entered if need be, so that it is there under these conditions."""
        if subgraph in place.located and subgraph not in place.ways:
            return place.located[subgraph]
        way = place.ways.get(subgraph)
        if way is None:
            way = routes(self._supergraph, at.type, tuple(place.located))[subgraph]
        return self._enter(place, at, way, conditions, set())

    def _entity_step(self, place: Place, at: At, subgraph: str, depends: set[Step]) -> Step:
        for step in place.entered.setdefault(subgraph, []):
            if not any(other.needs(step) for other in depends):
                step.depends |= depends
                return step
        node = Node("_Entity", by_type={at.type: Node(at.type)})
        step = Step(subgraph, node, [Entry(at.path, at.type)], False, self._act, set(depends))
        place.entered[subgraph].append(step)
        self.steps.append(step)
        return step

    def _place(self, at: At) -> Place:
        place = self._places.setdefault((at.path, at.type, at.conditions), Place())
        place.located.setdefault(at.step.subgraph, at)
        return place

    # -- choices

    def _best(
        self,
        type_name: str,
        pending: Iterable[Wanted],
        tried: set[tuple[str, Wanted]],
        costs: dict[str, int],
        path: Path = (),
    ) -> str | None:
        """Who answers most at the least cost: most fields wholly, then cheapest, then most leaves, then by
        name."""
        ranked: list[tuple[tuple[int, int, int], str]] = []
        able: dict[str, list[Wanted]] = {}
        for name in sorted(costs):
            fields = [
                each
                for each in pending
                if (name, each) not in tried and self._is_candidate(name, type_name, each, path)
            ]
            if fields:
                able[name] = fields
        if len(able) == 1:
            return next(iter(able))
        for name, fields in able.items():
            have = [covered(self._supergraph, name, type_name, each, self._budget) for each in fields]
            whole = sum(got == all_ for got, all_ in have)
            ranked.append(((-whole, costs[name], -sum(got for got, _ in have)), name))
        return min(ranked)[1] if ranked else None

    def _is_candidate(self, subgraph: str, type_name: str, wanted: Wanted, path: Path = ()) -> bool:
        view = self._supergraph.views[subgraph].get(type_name)
        child = view.fields.get(wanted.name) if view else None
        if child is None or not child.answers:
            return False
        return not child.requires or (path, f"{type_name}.{wanted.name}", subgraph) not in self._requiring

    def _is_plain(self, subgraph: str, at: At, wanted: Wanted) -> bool:
        view = self._supergraph.views[subgraph].get(at.type)
        child = view.fields.get(wanted.name) if view else None
        return child is not None and child.plain

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


def _only(selection_type: str, object_type: str, left: list[Wanted]) -> Selection:
    if selection_type == object_type:
        return Selection(selection_type, left)
    return Selection(selection_type, [], {object_type: left})
