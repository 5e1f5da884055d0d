"""A field's arguments in a planned fetch, compiled to one getter: literals once, variables per run.

Must never: check what the gateway has validated already; only bring literals to the declared types.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from graphql import (
    FieldNode,
    ListTypeNode,
    NamedTypeNode,
    NonNullTypeNode,
    TypeNode,
    VariableNode,
    Visitor,
    parse_const_value,
    visit,
)
from graphql.utilities import value_from_ast_untyped

from connectors.backend import ValueUnusable
from connectors.manifest.model import Argument
from connectors.mapping.inputs import Inputs, compile_inputs

Arguments = Callable[[Mapping[str, Any]], dict[str, Any]]

_ABSENT = object()

_WRITTEN = ("Date", "DateTime", "Decimal")
"""Scalars of ours that the schema cannot judge: an object in their place would become parameters of its own."""


def compile_arguments(node: FieldNode, declared: tuple[Argument, ...], inputs: Inputs) -> Arguments:
    """From the run's variables to the field's arguments; one without a value and a default is left out.

    What it gives raises ValueUnusable for a value that is none of its type.
    """
    write = compile_inputs(declared, inputs, _shaped)
    arguments = _compiled(node, declared)
    return arguments if write is None else lambda variables: write(arguments(variables))


def _compiled(node: FieldNode, declared: tuple[Argument, ...]) -> Arguments:
    given = {argument.name.value: argument.value for argument in node.arguments}
    constants: dict[str, Any] = {}
    getters: list[tuple[str, Callable[[Mapping[str, Any]], Any]]] = []
    for argument in declared:
        default: Any = _ABSENT
        if argument.default is not None:
            default = _shaped(value_from_ast_untyped(parse_const_value(argument.default)), argument.type)
        value = given.get(argument.name)
        if value is None:
            if default is not _ABSENT:
                constants[argument.name] = default
        elif isinstance(value, VariableNode):
            getters.append((argument.name, _variable(value.name.value, argument.type, default)))
        elif _has_variables(value):
            getters.append((argument.name, _mixed(value, argument.type)))
        else:
            try:
                constants[argument.name] = _shaped(value_from_ast_untyped(value), argument.type)
            except ValueUnusable:  # told to whoever runs it
                getters.append((argument.name, _mixed(value, argument.type)))
    if not getters:
        return lambda _: constants

    def arguments(variables: Mapping[str, Any]) -> dict[str, Any]:
        found = dict(constants)
        for name, get in getters:
            value = get(variables)
            if value is not _ABSENT:
                found[name] = value
        return found

    return arguments


def _variable(name: str, type_node: TypeNode, default: Any) -> Callable[[Mapping[str, Any]], Any]:
    return lambda variables: _shaped(variables[name], type_node) if name in variables else default


def _mixed(value: Any, type_node: TypeNode) -> Callable[[Mapping[str, Any]], Any]:
    return lambda variables: _shaped(value_from_ast_untyped(value, dict(variables)), type_node)


def _has_variables(value: Any) -> bool:
    found = _Variables()
    visit(value, found)
    return found.any


class _Variables(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.any = False

    def enter_variable(self, *_: Any) -> None:
        self.any = True


def _shaped(value: Any, type_node: TypeNode) -> Any:
    """GraphQL's input coercions that change a value: one for a list, Int for Float, Int for ID
    (section 3.5, 3.11).

    Raises: ValueUnusable.
    """
    if value is None:
        return None
    if isinstance(type_node, NonNullTypeNode):
        return _shaped(value, type_node.type)
    if isinstance(type_node, ListTypeNode):
        values = value if isinstance(value, list) else [value]
        return [_shaped(item, type_node.type) for item in values]
    assert isinstance(type_node, NamedTypeNode)
    name = type_node.name.value
    if name in _WRITTEN and isinstance(value, dict | list):
        raise ValueUnusable(f"a {name} is no object and no list")
    if name == "ID" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if name == "Float" and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return value
