"""``expose.rename``: what each part of a backend's SDL is called in the graph, and back.

Must never: give two things one name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql import (
    EnumTypeDefinitionNode,
    InputObjectTypeDefinitionNode,
    InterfaceTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    TypeNode,
)

from connectors.graphql_http.definitions import Definition, SdlRefused
from connectors.graphql_http.documents import renamed_type
from connectors.graphql_http.names import FieldNames, Names

ROOTS = ("Query", "Mutation", "Subscription")
WITH_FIELDS = (ObjectTypeDefinitionNode, InterfaceTypeDefinitionNode, InputObjectTypeDefinitionNode)


class Renaming:
    """Asked with the backend's names, but root types have their plain ones. ``types`` are the definitions as they stand:
    fewer after pruning; ``own_roots``: what the backend calls a root type.
    """

    def __init__(
        self, types: Mapping[str, Definition], rename: Mapping[str, str], own_roots: Mapping[str, str]
    ) -> None:
        """Raises: SdlRefused."""
        self._types = types
        self._own_roots = own_roots
        self.type_names = {old: new for old, new in rename.items() if "." not in old and old not in ROOTS}
        for old in self.type_names:
            if old not in types:
                raise SdlRefused(f"expose.rename: the SDL has no type {old}")
        self._renamed: dict[tuple[str, ...], str] = {}
        for coordinate, new in rename.items():
            if "." in coordinate:
                self._renamed[self.backend(coordinate, "rename")] = new

    def backend(self, coordinate: str, block: str) -> tuple[str, ...]:
        """The coordinate in the backend's words; a manifest may use the graph's."""
        type_, *rest = coordinate.split(".")
        old_types = {new: old for old, new in self.type_names.items()}
        type_ = type_ if type_ in self._types else old_types.get(type_, type_)
        if type_ not in self._types:
            raise SdlRefused(f"expose.{block}: the SDL has no type {coordinate.split('.')[0]}")
        if not rest:
            return (type_,)
        old = {new: key[1] for key, new in self._renamed.items() if len(key) == 2 and key[0] == type_}
        members = self._members(type_)
        member = rest[0] if rest[0] in members else old.get(rest[0], rest[0])
        if member not in members:
            raise SdlRefused(f"expose.{block}: {type_} has no {rest[0]}")
        if len(rest) == 1:
            return (type_, member)
        arguments = {item.name.value for item in getattr(members[member], "arguments", None) or ()}
        if rest[1] not in arguments:
            raise SdlRefused(f"expose.{block}: {type_}.{member} has no argument {rest[1]}")
        return (type_, member, rest[1])

    def _members(self, type_: str) -> Mapping[str, Any]:
        node = self._types[type_]
        items = getattr(node, "fields", None) or getattr(node, "values", None) or ()
        return {item.name.value: item for item in items}

    def member(self, type_: str, name: str) -> str:
        return self._renamed.get((type_, name), name)

    def argument(self, type_: str, field: str, name: str) -> str:
        return self._renamed.get((type_, field, name), name)

    def type(self, name: str) -> str:
        return self.type_names.get(name, name)

    def names(self) -> Names:
        fields: dict[str, dict[str, FieldNames]] = {}
        inputs: dict[str, dict[str, FieldNames]] = {}
        enums: dict[str, dict[str, str]] = {}
        for name, node in self._types.items():
            if isinstance(node, EnumTypeDefinitionNode):
                values = {self.member(name, item.name.value): item.name.value for item in node.values or ()}
                if any(graph != backend for graph, backend in values.items()):
                    enums[self.type(name)] = values
            elif isinstance(node, WITH_FIELDS):
                into = inputs if isinstance(node, InputObjectTypeDefinitionNode) else fields
                held = into.setdefault(self.type(name), {})
                for item in node.fields or ():
                    backend = item.name.value
                    new = self.member(name, backend)
                    if new in held:
                        raise SdlRefused(f"expose.rename gives {self.type(name)} two fields called {new}")
                    held[new] = FieldNames(backend, self.graph_type(item.type), self._arguments(name, item))
        types = {self.type(name): self._own_roots.get(name, name) for name in self._types}
        if len(types) != len(self._types):
            raise SdlRefused("expose.rename gives two types the same name")
        return Names(types, {old: new for new, old in types.items()}, fields, inputs, enums)

    def _arguments(self, type_: str, item: Any) -> dict[str, tuple[str, TypeNode]]:
        return {
            self.argument(type_, item.name.value, argument.name.value): (
                argument.name.value,
                self.graph_type(argument.type),
            )
            for argument in getattr(item, "arguments", None) or ()
        }

    def graph_type(self, node: TypeNode) -> TypeNode:
        return renamed_type(node, self.type_names)
