"""Operation → plan: which subgraph is asked what, in which order. Pure; composition's facts in, frozen nodes
out."""

from federation.planning.build import Planned, plan, plan_operation
from federation.planning.faults import InvalidSubscription, NoOperation, PlanBudgetExceeded, Unplannable
from federation.planning.operation import Operation, find_operation
from federation.planning.plan import (
    Condition,
    Fetch,
    Flatten,
    OneRequest,
    Parallel,
    Plan,
    PlanNode,
    Sequence,
    Subscription,
)

__all__ = [
    "Condition",
    "Fetch",
    "Flatten",
    "InvalidSubscription",
    "NoOperation",
    "OneRequest",
    "Operation",
    "Parallel",
    "Plan",
    "PlanBudgetExceeded",
    "PlanNode",
    "Planned",
    "Sequence",
    "Subscription",
    "Unplannable",
    "find_operation",
    "plan",
    "plan_operation",
]
