"""Choosing among ways to plan: the greedy plan first, then others, as long as the budget lasts.

A draft asks ``choose`` wherever there is more than one way on; the first option is the greedy one. A whole draft
is thereby named by its choices, and drafts are made anew with one choice changed at a time. What comes out cheaper is
the next to be changed; what does not is changed further only when nothing else is left to try.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from federation.planning.faults import PlanBudgetExceeded, Unplannable

T = TypeVar("T")
Cost = tuple[int, ...]
"""Fetches, then waves; with deferred fragments those of the first part, then of all."""

PATIENCE = 12
"""Drafts in a row that are no gain, once there is a plan at all."""

MOST_OPTIONS = 4
"""Options looked at in one place; they come best first."""


@dataclass(slots=True)
class Choices:
    """Choices of one draft: those given, then the greedy ones."""

    given: tuple[int, ...] = ()
    counts: list[int] = field(default_factory=list)
    """How many options there were at each choice so far."""

    def choose(self, options: int) -> int:
        """Which of so many options to take."""
        if options < 2:
            return 0
        at = len(self.counts)
        self.counts.append(min(options, MOST_OPTIONS))
        return self.given[at] if at < len(self.given) else 0

    def others(self) -> Iterator[tuple[int, ...]]:
        """The choices that differ from these in one place after those given."""
        for at in range(len(self.given), len(self.counts)):
            before = self.given + (0,) * (at - len(self.given))
            for option in range(1, self.counts[at]):
                yield (*before, option)


def cheapest(attempt: Callable[[Choices], tuple[T, Cost]], least: int, may_go_on: Callable[[], bool]) -> T:
    """The cheapest outcome found; the search ends at once where it takes no more than the ``least`` fetches in
    the fewest waves that they may take, and after ``PATIENCE`` drafts without gain.

    Raises: Unplannable, where no attempt succeeds; PlanBudgetExceeded, where the budget ends before one has.
    """
    best: tuple[T, Cost] | None = None
    failure: Unplannable | None = None
    waiting: deque[Iterator[tuple[int, ...]]] = deque([iter([()])])
    bound = (least, 1 if least == 1 else 2)
    vain = 0
    while waiting and (best is None or (best[1] > bound and vain < PATIENCE and may_go_on())):
        given = next(waiting[0], None)
        if given is None:
            waiting.popleft()
            continue
        vain += 1
        gained = False
        choices = Choices(given)
        try:
            outcome = attempt(choices)
        except Unplannable as fault:
            failure = failure or fault
        except PlanBudgetExceeded:
            if best is None:
                raise
            break
        else:
            gained = best is None or outcome[1] < best[1]
        if gained:
            best, vain = outcome, 0
            waiting.appendleft(choices.others())
        else:
            waiting.append(choices.others())
        if best is None and not may_go_on():
            break
    if best is None:
        assert failure is not None
        raise failure
    return best[0]
