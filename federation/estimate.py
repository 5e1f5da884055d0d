"""What an operation may cost at most, before anything is fetched: compiled once, then a sum that its variables enter.

A field costs its weight (by default its result type's) once for each item of its list, with all that is selected in it, and its
arguments. Where objects of several types may stand, the dearest counts. A response key counts once, however many fragments have
it. Counting stops at ``MOST``.

Source: IBM, "GraphQL Cost Directives", section 5.1.1 (static query analysis); Apollo Router, "Demand control" (default weights).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from graphql import DocumentNode, FieldNode, GraphQLField, OperationType

from federation.cost import MOST, ListSize, Weight
from federation.estimated_inputs import Inputs, Value, size_of
from federation.planning.faults import Budget
from federation.planning.operation import (
    ALWAYS,
    META_FIELDS,
    Conditions,
    Operation,
    Selected,
    SelectionWalk,
    Sets,
    find_operation,
    holds,
)
from federation.supergraph import Supergraph
from tongban.errors import CallerFault, ErrorCode

MUTATION = 10
"""What a mutation costs besides its fields."""

BUDGET_STEPS = 20_000


class NotOneSlicingArgument(CallerFault):
    """A field with ``requireOneSlicingArgument`` has none or several."""

    def __init__(self, coordinate: str, size: ListSize, given: int) -> None:
        names = ", ".join(".".join(path) for path in size.slicing)
        super().__init__(
            ErrorCode.GRAPHQL_VALIDATION_FAILED,
            f"{coordinate} takes exactly one of these arguments: {names}; {given} are given.",
        )


@dataclass(frozen=True, slots=True)
class _Size:
    """A list's length that the operation's arguments decide."""

    coordinate: str
    rule: ListSize
    arguments: Mapping[str, Value]
    default: int
    reasons: tuple[Conditions, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    """A response key of an object type. ``size``: a number, or which of the sizes; ``times``: for lists in lists."""

    reasons: tuple[Conditions, ...]
    weight: Weight | None
    """None: the weight of the object that is found."""
    below: int | None
    size: int
    sized: int | None
    times: int
    arguments: Callable[[Mapping[str, Any]], Weight] | Weight


@dataclass(frozen=True, slots=True)
class _Node:
    """Selections of a composite type: for each object type its weight and entries."""

    types: tuple[tuple[Weight, tuple[_Entry, ...]], ...]


class Estimate:
    """The cost of one operation as a function of its variables."""

    def __init__(
        self,
        nodes: Sequence[_Node],
        sizes: Sequence[_Size],
        base: int,
        defaults: Mapping[str, Any],
        needs_variables: bool,
    ) -> None:
        self._nodes = nodes
        self._sizes = sizes
        self._base = base
        self._defaults = defaults
        self._known = None if needs_variables or sizes else self._sum({})

    def of(self, variables: Mapping[str, Any]) -> int:
        """At most ``MOST``. Variables of any shape are borne; what is no number has no size.

        Raises: NotOneSlicingArgument.
        """
        return self._known if self._known is not None else self._sum({**self._defaults, **variables})

    def _sum(self, variables: Mapping[str, Any]) -> int:
        sizes = [_length(size, variables) for size in self._sizes]
        values: list[tuple[Weight, Weight]] = []
        for node in self._nodes:
            whole: Weight = -MOST
            bare: Weight = -MOST
            for weight, entries in node.types:
                fields = sum(_cost(entry, values, sizes, variables) for entry in entries)
                bare = max(bare, min(MOST, fields))
                whole = max(whole, min(MOST, fields + weight))
            values.append((whole, bare) if node.types else (0, 0))
        return ceil(min(MOST, self._base + values[-1][1]))


def _cost(
    entry: _Entry,
    values: Sequence[tuple[Weight, Weight]],
    sizes: Sequence[int],
    variables: Mapping[str, Any],
) -> Weight:
    if entry.reasons and not any(holds(reason, variables) for reason in entry.reasons):
        return 0
    whole, bare = values[entry.below] if entry.below is not None else (0, 0)
    each = whole if entry.weight is None else entry.weight + bare
    size = sizes[entry.sized] if entry.sized is not None else entry.size
    arguments = entry.arguments(variables) if callable(entry.arguments) else entry.arguments
    return max(0, min(MOST, size * entry.times * each + arguments))


def _length(size: _Size, variables: Mapping[str, Any]) -> int:
    if size.reasons and not any(holds(reason, variables) for reason in size.reasons):
        return 0
    length, given = size_of(size.rule, size.arguments, variables)
    if size.rule.one and size.rule.slicing and given != 1:
        raise NotOneSlicingArgument(size.coordinate, size.rule, given)
    return size.default if length is None else length


def estimate(
    supergraph: Supergraph, document: DocumentNode, operation_name: str | None = None, list_size: int = 1
) -> Estimate:
    """Of a validated document's operation. ``list_size``: of lists of which nothing else is known.

    Raises: NoOperation, PlanBudgetExceeded.
    """
    operation = find_operation(document, operation_name)
    compiler = _Compiler(supergraph, operation, list_size)
    compiler.node(operation.root, operation.sets, None, frozenset())
    return Estimate(
        compiler.nodes,
        compiler.sizes,
        MUTATION if operation.kind is OperationType.MUTATION else 0,
        compiler.inputs.defaults,
        compiler.needs_variables,
    )


_Key = tuple[str, tuple[tuple[int, Conditions], ...], int | None, frozenset[str]]


class _Compiler:
    """Every selection set is read once a type, below each length that may apply to it."""

    def __init__(self, supergraph: Supergraph, operation: Operation, list_size: int) -> None:
        self._supergraph = supergraph
        self._costs = supergraph.costs
        self._list_size = list_size
        self._budget = Budget(BUDGET_STEPS)
        self._walk = SelectionWalk(supergraph, operation.fragments, self._budget)
        self._known: dict[_Key, int] = {}
        self.inputs = Inputs(supergraph, operation)
        self.nodes: list[_Node] = []
        self.sizes: list[_Size] = []
        self.needs_variables = False

    def node(self, type_name: str, sets: Sets, sized: int | None, fields: frozenset[str]) -> int:
        """Its number. Lists of ``fields`` in it are as long as ``sized`` says."""
        key = (type_name, tuple({(id(node), reason): None for node, reason in sets}), sized, fields)
        if key not in self._known:
            selected = list(self._walk.fields(sets))
            types = tuple(
                (self._costs.types.get(name, 1), tuple(self._entries(name, selected, sized, fields)))
                for name in self._supergraph.possible[type_name]
            )
            self.nodes.append(_Node(types))
            self._known[key] = len(self.nodes) - 1
        return self._known[key]

    def _entries(
        self, name: str, selected: Sequence[Selected], sized: int | None, fields: frozenset[str]
    ) -> list[_Entry]:
        groups: dict[str, list[Selected]] = {}
        for each in selected:
            self._budget.spend()
            node = each.node
            if node.name.value not in META_FIELDS and (each.types is None or name in each.types):
                groups.setdefault(node.alias.value if node.alias else node.name.value, []).append(each)
        known = getattr(self._supergraph.full_schema.type_map[name], "fields", {})
        return [
            self._entry(
                f"{name}.{group[0].node.name.value}", known[group[0].node.name.value], group, sized, fields
            )
            for group in groups.values()
            if group[0].node.name.value in known
        ]

    def _entry(
        self, at: str, child: GraphQLField, group: list[Selected], sized: int | None, fields: frozenset[str]
    ) -> _Entry:
        node = group[0].node
        merged = self._supergraph.fields[at.partition(".")[0]][node.name.value]
        reasons = tuple({each.conditions: None for each in group})
        reasons = () if ALWAYS in reasons else reasons
        self.needs_variables |= bool(reasons)
        rule = self._costs.lists.get(at)
        own = self._size(at, rule, child, node, reasons) if rule is not None else None
        passed_on = own if rule is not None and rule.sized else None
        below = None
        if not merged.leaf:
            sets = [(e.node.selection_set, e.conditions) for e in group if e.node.selection_set is not None]
            below = self.node(
                merged.named,
                sets,
                passed_on,
                rule.sized if rule is not None and passed_on is not None else frozenset(),
            )
        weight = self._costs.fields.get(at)
        if weight is None and merged.leaf:
            weight = self._costs.types.get(merged.named, 0)
        length = sized if node.name.value in fields else None if rule is not None and rule.sized else own
        arguments = self.inputs.cost(at, child, node)
        self.needs_variables |= callable(arguments)
        return _Entry(
            reasons,
            weight,
            below,
            self._list_size if merged.depth else 1,
            length if merged.depth else None,
            min(MOST, self._list_size ** max(0, merged.depth - 1)),
            arguments,
        )

    def _size(
        self, at: str, rule: ListSize, child: GraphQLField, node: FieldNode, reasons: tuple[Conditions, ...]
    ) -> int:
        values = {path[0]: self.inputs.value(child, node, path[0]) for path in rule.slicing}
        self.sizes.append(_Size(at, rule, values, self._list_size, reasons))
        return len(self.sizes) - 1
