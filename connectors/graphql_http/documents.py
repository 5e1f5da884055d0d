"""Small, pure dealings with GraphQL documents that both sides of this room share."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from graphql import (
    DirectiveNode,
    ListTypeNode,
    NamedTypeNode,
    NameNode,
    Node,
    NonNullTypeNode,
    SelectionSetNode,
    StringValueNode,
    TypeNode,
    parse,
    print_ast,
)

N = TypeVar("N", bound=Node)


def named(node: N, **changes: Any) -> N:
    """A copy of the node with some of its parts replaced; the original stays as it is."""
    found = copy.copy(node)
    for key, value in changes.items():
        setattr(found, key, value)
    return found


def name_node(text: str) -> NameNode:
    return NameNode(value=text)


def type_name(node: TypeNode) -> str:
    """The name inside lists and non-nulls."""
    while isinstance(node, ListTypeNode | NonNullTypeNode):
        node = node.type
    assert isinstance(node, NamedTypeNode)
    return node.name.value


def renamed_type(node: TypeNode, names: Mapping[str, str]) -> TypeNode:
    """The same type with its inner name looked up in ``names``."""
    if isinstance(node, ListTypeNode | NonNullTypeNode):
        return named(node, type=renamed_type(node.type, names))
    assert isinstance(node, NamedTypeNode)
    return named(node, name=name_node(names.get(node.name.value, node.name.value)))


def field_set(text: str) -> SelectionSetNode:
    """A federation field set (``"id org { id }"``) as a selection.

    Raises: GraphQLSyntaxError.
    """
    document = parse("{" + text + "}", no_location=True)
    found: SelectionSetNode = document.definitions[0].selection_set  # type: ignore[attr-defined]
    return found


def field_set_text(selection: SelectionSetNode) -> str:
    return " ".join(print_ast(selection).split())[1:-1].strip()


def string_argument(directive: DirectiveNode, name: str) -> str | None:
    """The value of a string argument of a directive."""
    for argument in directive.arguments or ():
        if argument.name.value == name and isinstance(argument.value, StringValueNode):
            return argument.value.value
    return None


def first(items: Iterable[N]) -> N | None:
    return next(iter(items), None)
