"""What the arguments of a field cost, and which lengths they ask for. Literals are read once, variables at every request.

Nothing here trusts a value: the variables are as the client sent them, before anybody has checked their types.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any

from graphql import (
    BooleanValueNode,
    FieldNode,
    FloatValueNode,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    IntValueNode,
    ListValueNode,
    ObjectValueNode,
    StringValueNode,
    Undefined,
    ValueNode,
    VariableNode,
    get_named_type,
)

from federation.cost import MOST, ListSize, Weight
from federation.planning.operation import Operation
from federation.supergraph import Supergraph

Value = tuple[ValueNode | None, Any]
"""What the client wrote for an argument, if anything, and the schema's default."""

_DIGITS = 18
_MOST_VALUES = 10_000
"""Of one argument. More cost as much as anything can."""


class Inputs:
    """Arguments of one operation. ``defaults``: of its variables."""

    def __init__(self, supergraph: Supergraph, operation: Operation) -> None:
        self._costs = supergraph.costs
        self.defaults = {
            definition.variable.name.value: read(definition.default_value, {})
            for definition in operation.definition.variable_definitions or ()
            if definition.default_value is not None
        }

    def value(self, child: GraphQLField, node: FieldNode, name: str) -> Value:
        """An argument as it is written and as the schema has it."""
        written = next((given.value for given in node.arguments if given.name.value == name), None)
        argument = child.args.get(name)
        default = argument.default_value if argument is not None else Undefined
        return written, None if default is Undefined else default

    def cost(
        self, at: str, child: GraphQLField, node: FieldNode
    ) -> Callable[[Mapping[str, Any]], Weight] | Weight:
        """Of all arguments of a field: a number, or a function of the variables."""
        costly: list[tuple[GraphQLInputType, Value, Weight | None]] = []
        for name, argument in child.args.items():
            weight = self._costs.arguments.get((at, name))
            if weight is not None or self._weight(argument.type):
                costly.append((argument.type, self.value(child, node, name), weight))

        def total(variables: Mapping[str, Any]) -> Weight:
            found: Weight = 0
            for kind, value, weight in costly:
                found += self._of(kind, resolved(value, variables), weight, [_MOST_VALUES])
            return found

        dynamic = any(written is not None and has_variable(written) for _, (written, _), _ in costly)
        return total if dynamic else total({})

    def _of(self, kind: GraphQLInputType, value: Any, weight: Weight | None, left: list[int]) -> Weight:
        """An argument or input field counts its own weight once, else each value in it that of its type."""
        if value is None:
            return 0
        named = get_named_type(kind)
        found: Weight = 0 if weight is None else weight
        waiting = [value]
        while waiting:
            each = waiting.pop()
            left[0] -= 1
            if left[0] < 0:
                return MOST
            if isinstance(each, list):
                waiting.extend(each)
            elif each is not None:
                found += self._weight(kind) if weight is None else 0
                if isinstance(named, GraphQLInputObjectType) and isinstance(each, dict):
                    found += self._inside(named, each, left)
        return found

    def _inside(self, kind: GraphQLInputObjectType, value: Mapping[str, Any], left: list[int]) -> Weight:
        found: Weight = 0
        for name, child in kind.fields.items():
            if name in value:
                found += self._of(
                    child.type, value[name], self._costs.fields.get(f"{kind.name}.{name}"), left
                )
        return found

    def _weight(self, kind: GraphQLInputType) -> Weight:
        named = get_named_type(kind)
        return self._costs.types.get(named.name, int(isinstance(named, GraphQLInputObjectType)))


def size_of(
    rule: ListSize, arguments: Mapping[str, Value], variables: Mapping[str, Any]
) -> tuple[int | None, int]:
    """The length that slicing arguments ask for, else the assumed one; and how many of them are given. If the client gives
    none, one that has a default counts as given (IBM, section 8.2)."""
    written = default = 0
    lengths: list[int] = []
    for path in rule.slicing:
        node, preset = arguments[path[0]]
        said = _at(read(node, variables) if node is not None else None, path[1:])
        written += said is not None
        if said is None:
            said = _at(preset, path[1:])
            default += said is not None
        length = _length(said)
        if length is not None:
            lengths.append(length)
    return (max(lengths) if lengths else rule.assumed), written or min(1, default)


def resolved(value: Value, variables: Mapping[str, Any]) -> Any:
    """What the client gives, else the default (GraphQL spec, 6.4.1)."""
    written, default = value
    if written is None or (isinstance(written, VariableNode) and written.name.value not in variables):
        return default
    return read(written, variables)


def read(node: ValueNode, variables: Mapping[str, Any]) -> Any:
    """A literal as JSON, variables filled in. Numbers beyond all counting are cut."""
    if isinstance(node, VariableNode):
        return variables.get(node.name.value)
    if isinstance(node, IntValueNode):
        return int(node.value) if len(node.value) <= _DIGITS else MOST
    if isinstance(node, FloatValueNode):
        return float(node.value)
    if isinstance(node, ListValueNode):
        return [read(each, variables) for each in node.values]
    if isinstance(node, ObjectValueNode):
        return {field.name.value: read(field.value, variables) for field in node.fields}
    if isinstance(node, StringValueNode | BooleanValueNode):
        return node.value
    return getattr(node, "value", None)  # an enum's name; null has none


def has_variable(node: ValueNode) -> bool:
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if isinstance(each, VariableNode):
            return True
        if isinstance(each, ListValueNode):
            waiting.extend(each.values)
        elif isinstance(each, ObjectValueNode):
            waiting.extend(field.value for field in each.fields)
    return False


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _length(value: Any) -> int | None:
    """A number as a length; numbers of scalars that are written as text count too. Below zero it says nothing of a length:
    there are backends that give everything for -1."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value) if len(value) <= _DIGITS else MOST
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return None
    return min(MOST, int(value)) if value >= 0 else None
