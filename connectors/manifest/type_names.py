"""The name inside a GraphQL type reference."""

from __future__ import annotations

from graphql import ListTypeNode, NamedTypeNode, NonNullTypeNode, TypeNode


def name_of(type_node: TypeNode) -> str:
    """``[Lawyer!]`` → ``Lawyer``."""
    while not isinstance(type_node, NamedTypeNode):
        assert isinstance(type_node, ListTypeNode | NonNullTypeNode)
        type_node = type_node.type
    return type_node.name.value
