"""From document to plan: read, draft, merge, freeze."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from graphql import DocumentNode, OperationType, SelectionSetNode, TypeNode, parse_type

from federation.defer import Deferring, is_ours
from federation.planning.bounds import least_requests
from federation.planning.build_selection import selection_set, variables_in
from federation.planning.choices import Choices, Cost, cheapest
from federation.planning.coverage import Coverage
from federation.planning.defer_tree import build_deferred_tree
from federation.planning.deferring import DeferringPlanner
from federation.planning.defers import DeferUsages
from federation.planning.draft import QUERY, Entry, Step, depths
from federation.planning.faults import Budget
from federation.planning.folding import fold
from federation.planning.keys import ResponseKeys
from federation.planning.labels import under_labels
from federation.planning.merging import merge_steps
from federation.planning.operation import ALWAYS, Conditions, Operation, find_operation
from federation.planning.plan import Fetch, Input, Plan
from federation.planning.planner import Planner
from federation.planning.subscriptions import check_subscription
from federation.planning.wanted import WantedReader
from federation.supergraph import Supergraph

BUDGET_STEPS = 100_000
"""The last bound, for graphs and operations made to be hard: whose greedy plan takes more steps has none. A step takes ten to
forty microseconds. The default limits of the gateway admit nothing honest that comes near."""

SEARCH_STEPS = 4_000
"""The budget for finding something better than the greedy plan, which counts as well: beyond, it is the plan."""

SEARCH_S = 0.05
"""The same in time, where it is told."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan with what execution needs to read its answers."""

    plan: Plan
    operation: Operation
    keys: ResponseKeys
    defers: DeferUsages


def plan(
    supergraph: Supergraph,
    document: DocumentNode,
    operation_name: str | None = None,
    active_labels: Collection[str] = (),
    deferring: Deferring | None = None,
) -> Plan:
    """The plan of a validated document's operation. ``active_labels``: of progressive ``@override``;
    ``deferring``: see ``compile_operation``.

    Raises: NoOperation, InvalidSubscription, PlanBudgetExceeded, Unplannable.
    """
    operation = find_operation(document, operation_name)
    return plan_operation(supergraph, operation, active_labels=active_labels, deferring=deferring).plan


def plan_operation(
    supergraph: Supergraph,
    operation: Operation,
    forbidden: Mapping[str, object] | None = None,
    budget: Budget | None = None,
    active_labels: Collection[str] = (),
    deferring: Deferring | None = None,
) -> Planned:
    """The plan without the ``forbidden`` coordinates (``Type.field`` on object types). An event of a subscription is
    answered in one piece.

    Raises: InvalidSubscription, PlanBudgetExceeded, Unplannable.
    """
    supergraph = under_labels(supergraph, active_labels)
    budget = budget or Budget(BUDGET_STEPS)
    if operation.kind is OperationType.SUBSCRIPTION:
        check_subscription(supergraph, operation, budget)
        deferring = None
    defers = DeferUsages(deferring if is_ours(supergraph.api_schema) else None)
    reader = WantedReader(supergraph, operation, forbidden or {}, budget, defers)
    steps = _freeze(supergraph, _search(supergraph, operation, reader, budget), operation)
    tree = build_deferred_tree(steps, defers.met)
    return Planned(Plan(steps, *tree), operation, reader.keys, defers)


def _search(supergraph: Supergraph, operation: Operation, reader: WantedReader, budget: Budget) -> list[Step]:
    """The cheapest draft that the budget allows to find."""
    wanted = reader.root()
    coverage = Coverage(supergraph, budget)
    enough = budget.left - SEARCH_STEPS

    def attempt(choices: Choices) -> tuple[list[Step], Cost]:
        given = (supergraph, operation, reader, budget, coverage, choices)
        if reader.defers.met:
            drafted = DeferringPlanner(*given).draft_in_parts(wanted)
        else:
            drafted = Planner(*given).draft(wanted.fields)
        merged = merge_steps(supergraph, drafted)
        if not reader.defers.met:
            return merged, _cost(merged)
        return merged, (*_cost([step for step in merged if step.defer is None]), *_cost(merged))

    least = least_requests(supergraph, operation.root, wanted.fields)
    return cheapest(
        attempt,
        least,
        lambda: budget.left > enough and budget.elapsed_s() < SEARCH_S,
    )


def _freeze(supergraph: Supergraph, steps: list[Step], operation: Operation) -> tuple[Fetch, ...]:
    for step in steps:
        fold(supergraph.views[step.subgraph], step.node)
    wave = depths(steps)
    batches: dict[object, int] = {}
    ordered = sorted(enumerate(steps), key=lambda numbered: (numbered[1].act, wave[numbered[1]], numbered[0]))
    numbers = {step: number for number, (_, step) in enumerate(ordered)}
    declared = operation.variables
    for step, number in numbers.items():
        batches.setdefault(_batch(step, wave), number)
    return tuple(
        _fetch(step, numbers, batches[_batch(step, wave)], operation, declared) for _, step in ordered
    )


def _cost(steps: list[Step]) -> Cost:
    return requests(steps), 1 + max(depths(steps).values(), default=-1)


def requests(steps: list[Step]) -> int:
    """How many requests the steps make."""
    wave = depths(steps)
    return len({_batch(step, wave) for step in steps})


def _batch(step: Step, wave: dict[Step, int]) -> object:
    """Equal for steps that can travel in one request."""
    return step if step.is_root or step.is_rooted else (step.subgraph, step.act, wave[step], step.defer)


def _fetch(
    step: Step, numbers: dict[Step, int], batch: int, operation: Operation, declared: dict[str, TypeNode]
) -> Fetch:
    conditions = _common(step.entries)
    node = step.node.by_type[QUERY] if step.is_rooted else step.node
    selection: SelectionSetNode = selection_set(node, conditions)
    contextual = {each.variable: parse_type(each.type) for e in step.entries for each in e.filled.values()}
    types = {**declared, **contextual}
    return Fetch(
        numbers[step],
        step.subgraph,
        operation.kind if step.is_root else OperationType.QUERY,
        selection,
        tuple(_input(entry, conditions) for entry in step.entries),
        tuple((name, types[name]) for name in sorted(variables_in(selection)) if name in types),
        conditions,
        tuple(sorted(numbers[d] for d in step.depends)),
        step.act,
        batch,
        step.defer,
    )


def _input(entry: Entry, implied: Conditions) -> Input:
    reasons = {reason - implied for reason in entry.reasons}
    return Input(
        entry.path,
        entry.type,
        entry.of,
        tuple(entry.keys),
        tuple(need for need in entry.requires if need not in entry.keys),
        (ALWAYS,) if ALWAYS in reasons else tuple(sorted(reasons, key=sorted)),
        tuple(entry.filled.values()),
    )


def _common(entries: list[Entry]) -> Conditions:
    reasons = [reason for entry in entries for reason in entry.reasons]
    return frozenset.intersection(*reasons) if reasons else ALWAYS
