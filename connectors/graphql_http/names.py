"""Two sets of names for one schema, the backend's and the graph's, and what a request needs to go between
them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    ArgumentNode,
    EnumValueNode,
    ListTypeNode,
    ListValueNode,
    NonNullTypeNode,
    ObjectValueNode,
    TypeNode,
    ValueNode,
)

from connectors.graphql_http.documents import name_node, named, type_name

Json = Any
Convert = Callable[[Json], Json]


@dataclass(frozen=True, slots=True)
class FieldNames:
    """A field of the graph: its backend's name, its type (in the graph's words), its arguments by graph
    name: the backend's name and the type.
    """

    backend: str
    type: TypeNode
    arguments: Mapping[str, tuple[str, TypeNode]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Names:
    """Keys are the graph's names, values the backend's, unless a name says otherwise."""

    types: Mapping[str, str]
    graph_types: Mapping[str, str]
    """The other way round: for ``__typename`` in answers."""
    fields: Mapping[str, Mapping[str, FieldNames]]
    inputs: Mapping[str, Mapping[str, FieldNames]]
    enums: Mapping[str, Mapping[str, str]]
    """Only those enums of which a value was renamed."""

    def field(self, type_: str, name: str) -> FieldNames | None:
        return self.fields.get(type_, {}).get(name)

    def graph_values(self, enum: str) -> Mapping[str, str] | None:
        """Backend's value → graph's, if they differ."""
        values = self.enums.get(enum)
        return {backend: graph for graph, backend in values.items()} if values else None

    def literal(self, value: ValueNode, type_: TypeNode) -> ValueNode:
        """A literal argument in the backend's words; variables in it stay."""
        if isinstance(type_, NonNullTypeNode):
            return self.literal(value, type_.type)
        if isinstance(value, ListValueNode):
            inner = type_.type if isinstance(type_, ListTypeNode) else type_
            return named(value, values=tuple(self.literal(item, inner) for item in value.values))
        if isinstance(type_, ListTypeNode):
            return self.literal(value, type_.type)
        name = type_name(type_)
        if isinstance(value, EnumValueNode):
            return named(value, value=self.enums.get(name, {}).get(value.value, value.value))
        members = self.inputs.get(name)
        if isinstance(value, ObjectValueNode) and members is not None:
            return named(value, fields=tuple(self._member(item, members) for item in value.fields))
        return value

    def _member(self, item: Any, members: Mapping[str, FieldNames]) -> Any:
        known = members.get(item.name.value)
        if known is None:
            return item
        return named(item, name=name_node(known.backend), value=self.literal(item.value, known.type))

    def argument(self, node: ArgumentNode, facts: FieldNames | None) -> ArgumentNode:
        known = facts.arguments.get(node.name.value) if facts is not None else None
        if known is None:
            return node
        return named(node, name=name_node(known[0]), value=self.literal(node.value, known[1]))

    def conversion(self, type_: TypeNode) -> Convert | None:
        """What turns a variable's value into the backend's words; None if nothing needs to be done."""
        return self._conversion(type_, {})

    def _conversion(self, type_: TypeNode, making: dict[str, Convert]) -> Convert | None:
        if isinstance(type_, NonNullTypeNode):
            return self._conversion(type_.type, making)
        if isinstance(type_, ListTypeNode):
            inner = self._conversion(type_.type, making)
            return None if inner is None else _each(inner)
        name = type_name(type_)
        values = self.enums.get(name)
        if values is not None:
            return lambda value: values.get(value, value) if isinstance(value, str) else value
        if name not in self.inputs or not self._renames_below(name, set()):
            return None
        if name not in making:
            members: dict[str, tuple[str, Convert | None]] = {}

            def convert(value: Json) -> Json:
                if not isinstance(value, Mapping):
                    return value
                found = {}
                for key, item in value.items():
                    backend, inner = members.get(key, (key, None))
                    found[backend] = inner(item) if inner is not None and item is not None else item
                return found

            making[name] = convert
            for key, facts in self.inputs[name].items():
                members[key] = (facts.backend, self._conversion(facts.type, making))
        return making[name]

    def _renames_below(self, name: str, seen: set[str]) -> bool:
        if name in self.enums:
            return True
        if name in seen or name not in self.inputs:
            return False
        seen.add(name)
        return any(
            key != facts.backend or self._renames_below(type_name(facts.type), seen)
            for key, facts in self.inputs[name].items()
        )

    def representation(self, value: Mapping[str, Json], type_: str) -> dict[str, Json]:
        """A representation (or an object inside one) in the backend's words."""
        found: dict[str, Json] = {}
        own = str(value.get("__typename", type_))
        for key, item in value.items():
            if key == "__typename":
                found[key] = self.types.get(str(item), item)
                continue
            facts = self.field(own, key)
            if facts is None:
                found[key] = item
                continue
            found[facts.backend] = self._inner(item, type_name(facts.type))
        return found

    def _inner(self, item: Json, type_: str) -> Json:
        if isinstance(item, Mapping):
            return self.representation(item, type_)
        if isinstance(item, list | tuple):
            return [self._inner(each, type_) for each in item]
        values = self.enums.get(type_)
        return values.get(item, item) if values and isinstance(item, str) else item


def _each(inner: Convert) -> Convert:
    def convert(value: Json) -> Json:
        return [inner(item) for item in value] if isinstance(value, list | tuple) else inner(value)

    return convert
