"""A property: the estimate of any operation is what a naive evaluator adds up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import prod
from random import Random
from typing import Any

import pytest
from graphql import (
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInputObjectType,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    Undefined,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    parse,
    value_from_ast_untyped,
)

from federation import Supergraph, estimate
from federation.cost import MOST, Costs, ListSize
from tests.federation.worlds.cases import cases
from tests.federation.worlds.world import Case


class Naive:
    """The definition itself: for each object type that may stand somewhere, collect its fields and add up."""

    def __init__(
        self, supergraph: Supergraph, document: str, variables: Mapping[str, Any], size: int
    ) -> None:
        self._schema = supergraph.api_schema
        self._costs = supergraph.costs
        self._size = size
        definitions = parse(document).definitions
        self._fragments = {d.name.value: d for d in definitions if isinstance(d, FragmentDefinitionNode)}
        (self._operation,) = [d for d in definitions if isinstance(d, OperationDefinitionNode)]
        defaults = {
            d.variable.name.value: value_from_ast_untyped(d.default_value)
            for d in self._operation.variable_definitions
            if d.default_value is not None
        }
        self._variables = {**defaults, **variables}

    def cost(self) -> float:
        base = 10 if self._operation.operation is OperationType.MUTATION else 0
        root = self._schema.get_root_type(self._operation.operation)
        return base + self._fields(root, [self._operation.selection_set])

    def _fields(self, kind: Any, sets: list[SelectionSetNode]) -> float:
        found: dict[str, list[FieldNode]] = {}
        for each in sets:
            self._collect(kind, each, found)
        named = [nodes for nodes in found.values() if not nodes[0].name.value.startswith("__")]
        return sum(self._field(kind, nodes) for nodes in named)

    def _collect(self, kind: Any, selection: SelectionSetNode, found: dict[str, list[FieldNode]]) -> None:
        for each in selection.selections:
            if not all(self._holds(directive) for directive in each.directives):
                continue
            if isinstance(each, FieldNode):
                found.setdefault(each.alias.value if each.alias else each.name.value, []).append(each)
                continue
            fragment: Any = each
            if isinstance(each, FragmentSpreadNode):
                fragment = self._fragments[each.name.value]
            condition = fragment.type_condition
            on: Any = self._schema.type_map[condition.name.value] if condition else kind
            if on is kind or (is_abstract_type(on) and self._schema.is_sub_type(on, kind)):
                self._collect(kind, fragment.selection_set, found)

    def _holds(self, directive: DirectiveNode) -> bool:
        value = value_from_ast_untyped(directive.arguments[0].value, self._variables)
        return value is (directive.name.value == "include")

    def _field(self, kind: Any, nodes: list[FieldNode]) -> float:
        name = nodes[0].name.value
        at, child = f"{kind.name}.{name}", kind.fields[name]
        own = self._costs.fields.get(at)
        result = get_named_type(child.type)
        if is_composite_type(result):
            below = [node.selection_set for node in nodes if node.selection_set is not None]
            possible = self._schema.get_possible_types(result) if is_abstract_type(result) else [result]
            each = max(
                self._fields(one, below) + (self._costs.types.get(one.name, 1) if own is None else own)
                for one in possible
            )
        else:
            each = self._costs.types.get(result.name, 0) if own is None else own
        return self._length(at, child.type) * each + self._arguments(child, nodes[0])

    def _arguments(self, child: GraphQLField, node: FieldNode) -> float:
        given = {each.name.value: each.value for each in node.arguments}
        total = 0.0
        for name, argument in child.args.items():
            value = value_from_ast_untyped(given[name], self._variables) if name in given else Undefined
            value = argument.default_value if value is Undefined else value
            total += self._input(argument.type, value)
        return total

    def _input(self, kind: Any, value: Any) -> float:
        """An input object counts 1 by default; what is not given counts nothing."""
        named = get_named_type(kind)
        if value is None or value is Undefined:
            return 0
        if isinstance(value, list):
            return sum(self._input(kind, each) for each in value)
        inside = named.fields.items() if isinstance(named, GraphQLInputObjectType) else ()
        own = self._costs.types.get(named.name, int(isinstance(named, GraphQLInputObjectType)))
        return own + sum(self._input(child.type, value[name]) for name, child in inside if name in value)

    def _length(self, at: str, result: Any) -> int:
        depth = str(result).count("[")
        rule = self._costs.lists.get(at)
        sizes = [self._size] * depth
        if rule is not None and rule.assumed is not None:
            sizes[:1] = [rule.assumed] * min(1, depth)
        return prod(sizes)


def priced(supergraph: Supergraph, dice: Random) -> Supergraph:
    """The same with random weights and sizes."""
    coordinates = [f"{name}.{child}" for name, found in supergraph.fields.items() for child in found]
    objects = [name for name, found in supergraph.possible.items() if found == (name,)]
    return replace(
        supergraph,
        costs=Costs(
            {name: dice.randint(0, 5) for name in dice.sample([*objects, "String", "Int"], 3)},
            {at: dice.randint(0, 9) for at in dice.sample(coordinates, len(coordinates) // 4)},
            {},
            {at: ListSize(dice.randint(0, 4)) for at in dice.sample(coordinates, len(coordinates) // 4)},
        ),
        memo={},
    )


def check(case: Case) -> bool:
    graph = priced(case.world.supergraph, Random(case.operation))
    expected = min(MOST, Naive(graph, case.operation, case.variables, 3).cost())
    found = estimate(graph, parse(case.operation), list_size=3).of(case.variables)
    assert found == expected, case
    return expected > 0


@pytest.mark.parametrize("part", range(2))
def test_the_estimate_is_what_a_naive_evaluator_adds_up(part: int) -> None:
    assert sum(map(check, cases(30_000_000 + part * 1_000_000, 60))) > 40
