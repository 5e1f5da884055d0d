"""How much of a wanted field one subgraph answers by itself: the measure by which the planner chooses."""

from __future__ import annotations

from federation.planning.faults import Budget
from federation.planning.stands import Stand, answered, below, narrowed, view_of
from federation.planning.wanted import Selection, Wanted
from federation.supergraph import Supergraph

Measure = tuple[int, int]
"""(leaves that the subgraph answers in place, leaves in all)."""


_LOOKS_TO_A_STEP = 16


class Coverage:
    """Measures fields, each once per stand."""

    def __init__(self, supergraph: Supergraph, budget: Budget) -> None:
        self._supergraph = supergraph
        self._budget = budget
        self._known: dict[tuple[Stand, Wanted], Measure] = {}
        self._leaves: dict[Wanted, int] = {}
        self._poorest: dict[tuple[Stand, str], Stand] = {}

    def of(self, stand: Stand, wanted: Wanted) -> Measure:
        if wanted.below is None:
            return int(answered(self._supergraph, stand, wanted.name) is not None), 1
        found = self._known.get((stand, wanted))
        if found is None:
            self._budget.spend()
            found = self._known[(stand, wanted)] = self._measure(stand, wanted, wanted.below)
        return found

    def _measure(self, stand: Stand, wanted: Wanted, selection: Selection) -> Measure:
        child = answered(self._supergraph, stand, wanted.name)
        if child is None:
            return 0, self._leaves_of(wanted)
        return self.within(below(self._supergraph, stand, child), selection)

    def within(self, stand: Stand, selection: Selection) -> Measure:
        """The same for what is wanted of a composite value."""
        view = view_of(self._supergraph, stand)
        if not selection:
            return 1, 1
        parts = [self.of(self._weakest(stand, each), each) for each in selection.fields]
        if view.interface_object and selection.type == stand.type:
            parts.extend(
                (0, self._leaves_of(each)) for fields in selection.by_type.values() for each in fields
            )
            parts.append((0, int(selection.typename)))
        else:
            for name, fields in selection.by_type.items():
                if name in view.possible:
                    parts.extend(self.of(narrowed(stand, name), each) for each in fields)
        return sum(got for got, _ in parts), sum(of for _, of in parts)

    def _weakest(self, stand: Stand, wanted: Wanted) -> Stand:
        """Of an abstract type's objects one that does not answer the field, if there is one."""
        view = view_of(self._supergraph, stand)
        if not view.abstract:
            return stand
        asked = (stand, wanted.name)
        found = self._poorest.get(asked)
        if found is None:
            self._budget.spend(1 + len(view.possible) // _LOOKS_TO_A_STEP)
            objects = [narrowed(stand, name) for name in view.possible]
            poor = (each for each in objects if answered(self._supergraph, each, wanted.name) is None)
            found = next(poor, objects[0] if objects and wanted.name not in view.fields else stand)
            self._poorest[asked] = found
        return found

    def _leaves_of(self, wanted: Wanted) -> int:
        if wanted.below is None:
            return 1
        found = self._leaves.get(wanted)
        if found is None:
            inner = [*wanted.below.fields, *(w for fields in wanted.below.by_type.values() for w in fields)]
            found = self._leaves[wanted] = sum(map(self._leaves_of, inner)) or 1
        return found
