"""Why an operation has no plan; told before anything is fetched."""

from __future__ import annotations

from tongban.errors import CallerFault, ErrorCode, OurFault


class PlanBudgetExceeded(CallerFault):
    """The document would take more planning steps than the budget allows."""

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


class Budget:
    """Steps that planning one operation may take."""

    __slots__ = ("left",)

    def __init__(self, steps: int) -> None:
        self.left = steps

    def spend(self, steps: int = 1) -> None:
        self.left -= steps
        if self.left < 0:
            raise PlanBudgetExceeded
