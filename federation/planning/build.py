"""From document to plan: read, draft, merge, freeze."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from graphql import DocumentNode, OperationType, SelectionSetNode, TypeNode, parse_type

from federation.planning.bounds import least_requests
from federation.planning.build_selection import selection_set, variables_in
from federation.planning.choices import Choices, Cost, cheapest
from federation.planning.coverage import Coverage
from federation.planning.draft import Entry, Step, depths
from federation.planning.faults import Budget, Unplannable
from federation.planning.keys import ResponseKeys
from federation.planning.labels import under_labels
from federation.planning.merging import merge_steps
from federation.planning.operation import ALWAYS, Conditions, Operation, find_operation
from federation.planning.plan import Fetch, Input, Plan, build_tree
from federation.planning.planner import Planner
from federation.planning.wanted import WantedReader
from federation.supergraph import Supergraph

BUDGET_STEPS = 20_000
"""Planning steps for one operation: some tenths of a second at the worst."""

SEARCH_STEPS = 4_000
"""Of these, at most so many to look for something better than the greedy plan."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan with what execution needs to read its answers."""

    plan: Plan
    operation: Operation
    keys: ResponseKeys


def plan(
    supergraph: Supergraph,
    document: DocumentNode,
    operation_name: str | None = None,
    active_labels: Collection[str] = (),
) -> Plan:
    """The plan of a validated document's operation. ``active_labels``: of progressive ``@override``.

    Raises: NoOperation, PlanBudgetExceeded, Unplannable.
    """
    operation = find_operation(document, operation_name)
    return plan_operation(supergraph, operation, active_labels=active_labels).plan


def plan_operation(
    supergraph: Supergraph,
    operation: Operation,
    forbidden: Mapping[str, object] | None = None,
    budget: Budget | None = None,
    active_labels: Collection[str] = (),
) -> Planned:
    """The plan without the ``forbidden`` coordinates (``Type.field`` on object types).

    Raises: PlanBudgetExceeded, Unplannable.
    """
    supergraph = under_labels(supergraph, active_labels)
    if operation.kind is OperationType.SUBSCRIPTION:
        raise Unplannable("subscriptions are not supported yet")
    budget = budget or Budget(BUDGET_STEPS)
    reader = WantedReader(supergraph, operation, forbidden or {}, budget)
    steps = _freeze(_search(supergraph, operation, reader, budget), operation)
    return Planned(Plan(steps, *build_tree(steps)), operation, reader.keys)


def _search(supergraph: Supergraph, operation: Operation, reader: WantedReader, budget: Budget) -> list[Step]:
    """The cheapest draft that the budget allows to find."""
    wanted = reader.root()
    coverage = Coverage(supergraph, budget)
    enough = budget.left - SEARCH_STEPS

    def attempt(choices: Choices) -> tuple[list[Step], Cost]:
        drafted = Planner(supergraph, operation, reader, budget, coverage, choices).draft(wanted)
        merged = merge_steps(supergraph, drafted)
        return merged, (requests(merged), 1 + max(depths(merged).values(), default=-1))

    least = least_requests(supergraph, operation.root, wanted)
    return cheapest(attempt, least, lambda: budget.left > max(enough, BUDGET_STEPS // 2))


def _freeze(steps: list[Step], operation: Operation) -> tuple[Fetch, ...]:
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


def requests(steps: list[Step]) -> int:
    """How many requests the steps make."""
    wave = depths(steps)
    return len({_batch(step, wave) for step in steps})


def _batch(step: Step, wave: dict[Step, int]) -> object:
    """Equal for steps that can travel in one request."""
    return step if step.is_root else (step.subgraph, step.act, wave[step])


def _fetch(
    step: Step, numbers: dict[Step, int], batch: int, operation: Operation, declared: dict[str, TypeNode]
) -> Fetch:
    conditions = _common(step.entries)
    selection: SelectionSetNode = selection_set(step.node, conditions)
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
