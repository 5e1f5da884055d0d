"""Planning with ``@defer``: first everything that is not deferred, then each deferred fragment where it stands.

What a fragment wants of an entity is asked for in steps of its own, by a key that the earlier steps bring along,
even of the same subgraph. What cannot be entered by a key travels with the step that has the object; what that
step's subgraph doesn't answer is asked of the parent object, again in a step of its own.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from graphql import OperationType

from federation.planning.defers import DeferUsage, Within
from federation.planning.draft import Node, Path, Step
from federation.planning.faults import Unplannable
from federation.planning.offers import Tried
from federation.planning.operation import ALWAYS, Conditions
from federation.planning.places import At, Place
from federation.planning.planner import Planner
from federation.planning.routes import Route
from federation.planning.stands import Name, Stand, answered, stands_of
from federation.planning.wanted import Selection, Wanted


@dataclass(slots=True, eq=False)
class _LaterPlace(Place):
    """A place within a deferred fragment; ``given`` are the earlier steps that hold its objects anyway."""

    given: dict[Name, At] = field(default_factory=dict)

    @property
    def stands(self) -> tuple[Stand, ...]:
        return tuple(at.stand for at in ({**self.given, **self.located} | self.given).values())

    @property
    def extent(self) -> tuple[int, int]:
        return len(self.located), len(self.given)


class DeferringPlanner(Planner):
    """Drafts the steps of one operation, once, each for the first part or for a deferred fragment."""

    def draft_in_parts(self, wanted: Selection) -> list[Step]:
        """All steps.

        Raises: Unplannable, PlanBudgetExceeded.
        """
        self._within: Within = None
        self._later: deque[tuple[At | None, DeferUsage, Selection]] = deque()
        self._later_places: dict[tuple[DeferUsage, Path, str, Conditions], _LaterPlace] = {}
        self._later_roots: dict[DeferUsage, dict[Name, At]] = {}
        self._root_later = wanted.later
        return self.draft(wanted.fields)

    # -- what is wanted later

    def _plan_act(self, wanted: Sequence[Wanted]) -> None:
        super()._plan_act(wanted)
        self._later_places.clear()
        self._later_roots.clear()
        self._later.extend((None, usage, selection) for usage, selection in self._root_later.items())
        while self._later:
            at, self._within, selection = self._later.popleft()
            if at is None:
                self._roots(selection.fields)
            else:
                self._fragment(at, selection)
        self._within = None

    def _composite(self, at: At, selection: Selection) -> Selection | None:
        self._later.extend((at, usage, inner) for usage, inner in selection.later.items())
        return super()._composite(at, selection)

    def _fragment(self, at: At, wanted: Selection) -> None:
        """Plan what a deferred fragment wants of the objects at a place."""
        left = self._composite(replace(at, apart=True), wanted)
        if left is not None:
            left = self._composite(at, left)
        while left is not None:
            parent = at.above
            if parent is None or at.via is None:
                raise Unplannable(f"{at.type} at {at.path}")
            above = at.via.with_below(_lifted(at.via, left))
            if parent.step.is_root and not parent.path:
                self._ask_root(above)
                return
            left, at = self._of_parent(replace(parent, apart=True), above), parent

    def _ask_root(self, wanted: Wanted) -> None:
        if self._operation.kind is not OperationType.QUERY:
            raise Unplannable(f"{self._operation.root}.{wanted.name}")
        self._roots([wanted])

    def _of_parent(self, parent: At, wanted: Wanted) -> Selection | None:
        if self._view(parent.stand).abstract:
            return self._composite(parent, Selection(parent.type, [wanted]))
        left = self._object(parent, (), [wanted])
        return Selection(parent.type, left) if left else None

    # -- how an object is planned that earlier steps hold

    def _object(self, at: At, wanted: Iterable[Wanted], stuck: Iterable[Wanted] = ()) -> list[Wanted]:
        place = self._place(at)
        if not at.apart:
            if at.step.defer is not self._within:
                wanted = [each for each in wanted if not self._at_hand(place, each)]
            return super()._object(at, wanted, stuck)
        rest = list(stuck)
        tried: Tried = {each: {at.stand.name} for each in rest}
        for each in wanted:
            self._budget.spend()
            if not self._at_hand(place, each) and not self._travels_as_key(place, at.type, each):
                rest.append(each)
        return self._elsewhere(at, rest, tried) if rest else rest

    def _at_hand(self, place: Place, wanted: Wanted) -> bool:
        """Whether an earlier step fetches the field anyway."""
        given = place.given.values() if isinstance(place, _LaterPlace) else ()
        for at in given:
            if _fetches(at.node, wanted):
                self._note(at.step)
                return True
        return False

    def _travels_as_key(self, place: Place, type_name: str, wanted: Wanted) -> bool:
        """A field that may well be a key of the steps to come is taken where the object is: no step for it alone."""
        given = place.given.values() if isinstance(place, _LaterPlace) else ()
        if wanted.below is not None or not self._is_in_key(type_name, wanted.name):
            return False
        for at in given:
            if answered(self._supergraph, at.stand, wanted.name) is not None:
                return self._descend(at, wanted) is None
        return False

    def _is_in_key(self, type_name: str, name: str) -> bool:
        return any(
            need.name == name
            for stand in stands_of(self._supergraph, type_name)
            for key in self._supergraph.keys.get((stand[1], stand[0]), ())
            for need in key.needs
        )

    def _is_common(self, at: At, wanted: Wanted) -> bool:
        return not at.apart and super()._is_common(at, wanted)

    # -- places and steps

    def _place(self, at: At) -> Place:
        if self._within is None:
            return super()._place(at)
        asked = (self._within, at.path, at.type, at.conditions)
        place = self._later_places.get(asked)
        if place is None:
            place = self._later_places[asked] = _LaterPlace(given=self._given(at))
        if at.step.defer is self._within and not at.apart:
            place.located.setdefault(at.stand.name, at)
        else:
            place.given.setdefault(at.stand.name, at)
        return place

    def _given(self, at: At) -> dict[Name, At]:
        """The steps that hold the objects at a place whenever there are any, the one that found them first."""
        assert self._within is not None
        found = {} if at.step.defer is self._within else {at.stand.name: at}
        here = (at.path, at.type, at.conditions)
        known: list[Place] = [self._places[here]] if here in self._places else []
        for usage in self._within.chain:
            if usage is not self._within and (usage, *here) in self._later_places:
                known.append(self._later_places[usage, *here])
        for place in known:
            for name, other in place.located.items():
                if name not in place.ways or any(r <= at.conditions for r in other.step.entries[0].reasons):
                    found.setdefault(name, other)
        return {name: replace(other, apart=False) for name, other in found.items()}

    def _provider(self, place: Place, at: At, name: Name, conditions: Conditions) -> At:
        given = place.given.get(name) if isinstance(place, _LaterPlace) else None
        return given if given is not None else super()._provider(place, at, name, conditions)

    def _new_step(self, place: Place, at: At, way: Route) -> Step:
        step = super()._new_step(place, at, way)
        step.defer = self._within
        return step

    def _root_steps(self) -> dict[Name, At]:
        if self._within is None:
            return super()._root_steps()
        return self._later_roots.setdefault(self._within, {})

    def _root_at(self, steps: dict[Name, At], stand: Stand, conditions: Conditions) -> At:
        at = super()._root_at(steps, stand, conditions)
        at.step.defer = self._within
        return at


def _lifted(via: Wanted, left: Selection) -> Selection:
    """What is left of an object as part of the field that leads to it, whose type may be wider."""
    if via.below is None or via.below.type == left.type:
        return left
    return Selection(via.below.type, [], {left.type: left.fields})


def _fetches(node: Node, wanted: Wanted) -> bool:
    """Whether the node's step brings the field whole, whatever the variables say."""
    chosen = node.fields.get((wanted.key, ALWAYS))
    if chosen is None or wanted.below is None or chosen.below is None:
        return chosen is not None
    below, have = wanted.below, chosen.below
    if below.later or not below or not all(_fetches(have, each) for each in below.fields):
        return False
    return all(
        _fetches(have, each) or (name in have.by_type and _fetches(have.by_type[name], each))
        for name, fields in below.by_type.items()
        for each in fields
    )
