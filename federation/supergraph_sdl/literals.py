"""Reads arguments of applied directives as plain values, and types as texts. It judges nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graphql import (
    BooleanValueNode,
    ConstDirectiveNode,
    EnumValueNode,
    FloatValueNode,
    IntValueNode,
    ListTypeNode,
    ListValueNode,
    NamedTypeNode,
    NonNullTypeNode,
    ObjectValueNode,
    StringValueNode,
    TypeNode,
    ValueNode,
)

Plain = str | bool | int | float | list["Plain"] | dict[str, "Plain"] | None
Arguments = dict[str, Plain]


def plain(node: ValueNode) -> Plain:
    """A constant as a Python value; an enum value is its name."""
    if isinstance(node, StringValueNode | EnumValueNode | BooleanValueNode):
        return node.value
    if isinstance(node, IntValueNode):
        return int(node.value)
    if isinstance(node, FloatValueNode):
        return float(node.value)
    if isinstance(node, ListValueNode):
        return [plain(value) for value in node.values]
    if isinstance(node, ObjectValueNode):
        return {field.name.value: plain(field.value) for field in node.fields}
    return None


def arguments(directive: ConstDirectiveNode) -> Arguments:
    return {argument.name.value: plain(argument.value) for argument in directive.arguments}


def applied(directives: Iterable[ConstDirectiveNode], name: str) -> Iterator[Arguments]:
    """The arguments of each application of the directive."""
    for directive in directives:
        if directive.name.value == name:
            yield arguments(directive)


def text(given: Arguments, name: str) -> str:
    """A string argument; empty where it is missing."""
    found = given.get(name)
    return found if isinstance(found, str) else ""


def written(node: TypeNode) -> str:
    """The type as it is written."""
    if isinstance(node, NonNullTypeNode):
        return f"{written(node.type)}!"
    if isinstance(node, ListTypeNode):
        return f"[{written(node.type)}]"
    assert isinstance(node, NamedTypeNode)
    return node.name.value
