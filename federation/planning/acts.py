"""The acts of a mutation: its fields one after the other (GraphQL spec, 6.2.2), each response key once, at the first
of its places whose conditions hold (CollectFields, 6.3.2). It plans nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from federation.planning.faults import Budget, PlanBudgetExceeded
from federation.planning.operation import Conditions
from federation.planning.wanted import Wanted

MOST_PLACES = 100
"""Of a mutation's fields, each counted once for each way in which none of those before it held. Every further condition may
double them."""


def acts_of(wanted: Sequence[Wanted], budget: Budget) -> list[list[Wanted]]:
    """What to ask for in each act, in order. Fields of one response key are one act; where it is met again under
    other conditions, it has an act there too, for when none of those before held.

    Raises: PlanBudgetExceeded.
    """
    found: list[list[Wanted]] = []
    places = 0
    for number, first in enumerate(wanted):
        earlier = [each.conditions for each in wanted[:number] if each.key == first.key]
        together = [each for each in wanted[number:] if each.key == first.key]
        act = [
            replace(each, conditions=each.conditions | when)
            for when in _unless(first.conditions, earlier, budget)
            for each in together
            if _can_hold(each.conditions | when)
        ]
        places += len(act) if earlier else 0
        if places > MOST_PLACES:
            raise PlanBudgetExceeded
        if act:
            found.append(act)
    return found


def _unless(conditions: Conditions, others: Iterable[Conditions], budget: Budget) -> list[Conditions]:
    """The conditions with none of the others holding, as alternatives."""
    found = {conditions: None}
    for other in others:
        narrowed: dict[Conditions, None] = {}
        for each in found:
            for name, wanted in sorted(other):
                budget.spend()
                if (name, wanted) not in each:
                    narrowed[each | {(name, not wanted)}] = None
        found = narrowed
        if len(found) > MOST_PLACES:
            raise PlanBudgetExceeded
    return list(found)


def _can_hold(conditions: Conditions) -> bool:
    return not any((name, not wanted) in conditions for name, wanted in conditions)
