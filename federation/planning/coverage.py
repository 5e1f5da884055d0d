"""How much of a wanted field one subgraph answers by itself: the measure by which the planner chooses."""

from __future__ import annotations

from federation.planning.faults import Budget
from federation.planning.stands import Stand, answered, below, narrowed, view_of
from federation.planning.wanted import Selection, Wanted
from federation.supergraph import Supergraph

Measure = tuple[int, int]
"""(leaves that the subgraph answers in place, leaves in all)."""


class Coverage:
    """Measures fields, each once per stand."""

    def __init__(self, supergraph: Supergraph, budget: Budget) -> None:
        self._supergraph = supergraph
        self._budget = budget
        self._known: dict[tuple[Stand, Wanted], Measure] = {}

    def of(self, stand: Stand, wanted: Wanted) -> Measure:
        found = self._known.get((stand, wanted))
        if found is None:
            self._budget.spend()
            found = self._known[(stand, wanted)] = self._measure(stand, wanted)
        return found

    def _measure(self, stand: Stand, wanted: Wanted) -> Measure:
        child = answered(self._supergraph, stand, wanted.name)
        if wanted.below is None:
            return int(child is not None), 1
        if child is None:
            return 0, _leaves(wanted.below)
        return self.within(below(self._supergraph, stand, child), wanted.below)

    def within(self, stand: Stand, selection: Selection) -> Measure:
        """The same for what is wanted of a composite value."""
        view = view_of(self._supergraph, stand)
        if not selection:
            return 1, 1
        parts = [self.of(self._weakest(stand, each), each) for each in selection.fields]
        if view.interface_object and selection.type == stand.type:
            parts.extend((0, _leaves_of(each)) for fields in selection.by_type.values() for each in fields)
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
        objects = [narrowed(stand, name) for name in view.possible]
        poor = (each for each in objects if answered(self._supergraph, each, wanted.name) is None)
        return next(poor, objects[0] if objects and wanted.name not in view.fields else stand)


def _leaves(selection: Selection) -> int:
    inner = [*selection.fields, *(each for fields in selection.by_type.values() for each in fields)]
    return sum(map(_leaves_of, inner)) or 1


def _leaves_of(wanted: Wanted) -> int:
    return 1 if wanted.below is None else _leaves(wanted.below)
