"""Why an operation has no plan; told before anything is fetched."""

from __future__ import annotations

from collections.abc import Callable

from tongban.errors import CallerFault, ErrorCode, OurFault


class PlanBudgetExceeded(CallerFault):
    """Not even a greedy plan within the last bound of steps and time."""

    def __init__(self) -> None:
        super().__init__(ErrorCode.COST_EXCEEDED, "The operation is too large to plan.")


class Unplannable(OurFault):
    """A field that validation let through, but that no subgraph can be asked for from where it stands. ``detail`` names it."""

    def __init__(self, what: str) -> None:
        super().__init__(ErrorCode.UNANSWERABLE, detail=what)


class InvalidSubscription(CallerFault):
    """Not exactly one root field without conditions (GraphQL spec, 5.2.4.1), or a graph without subscriptions."""

    def __init__(self, message: str) -> None:
        super().__init__(ErrorCode.GRAPHQL_VALIDATION_FAILED, message)


class NoOperation(CallerFault):
    """The document has no such operation, or several and none was named."""

    def __init__(self) -> None:
        super().__init__(ErrorCode.OPERATION_RESOLUTION_FAILURE)


Stopwatch = Callable[[], float]
"""Seconds since planning began. The engine has no clock: whoever asks for a plan brings one."""

GIVE_UP_S = 1.5
"""So long an operation may be planned at all: its steps end it before, unless they are dear ones."""

_LOOKS_EVERY = 64


def no_watch() -> float:
    """For plans that must not depend on a clock."""
    return 0.0


class Budget:
    """Steps, and time, that planning one operation may take."""

    __slots__ = ("_next_look", "elapsed_s", "left")

    def __init__(self, steps: int, elapsed_s: Stopwatch = no_watch) -> None:
        self.left = steps
        self.elapsed_s = elapsed_s
        self._next_look = steps - _LOOKS_EVERY

    def spend(self, steps: int = 1) -> None:
        """Raises: PlanBudgetExceeded."""
        self.left -= steps
        if self.left < self._next_look:
            self._next_look = self.left - _LOOKS_EVERY
            if self.left < 0 or self.elapsed_s() > GIVE_UP_S:
                raise PlanBudgetExceeded
        elif self.left < 0:
            raise PlanBudgetExceeded
