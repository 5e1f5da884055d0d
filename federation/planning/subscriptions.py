"""What makes an operation a subscription that can be planned: one root field, whatever the variables say."""

from __future__ import annotations

from federation.planning.faults import Budget, InvalidSubscription
from federation.planning.operation import ALWAYS, META_FIELDS, Operation, SelectionWalk
from federation.supergraph import Supergraph


def check_subscription(supergraph: Supergraph, operation: Operation, budget: Budget) -> None:
    """GraphQL spec, 5.2.4.1: one response key, no introspection, no ``@skip`` or ``@include`` on the way to it.

    Raises: InvalidSubscription, PlanBudgetExceeded.
    """
    if operation.root not in supergraph.fields:
        raise InvalidSubscription("There are no subscriptions here.")
    selected = list(SelectionWalk(supergraph, operation.fragments, budget).fields(operation.sets))
    keys = {(each.node.alias or each.node.name).value for each in selected}
    if len(keys) != 1 or any(each.node.name.value in META_FIELDS for each in selected):
        raise InvalidSubscription("A subscription selects exactly one root field.")
    if any(each.conditions != ALWAYS for each in selected):
        raise InvalidSubscription("The root field of a subscription takes neither @skip nor @include.")
