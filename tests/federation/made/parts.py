"""A subgraph's SDL as the maker of data reads it: its schema, and what its directives say."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldDefinitionNode,
    FieldNode,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    parse,
)

from tests.federation.in_memory import schema_of

ROOTS = {
    OperationType.QUERY: "Query",
    OperationType.MUTATION: "Mutation",
    OperationType.SUBSCRIPTION: "Subscription",
}


@dataclass(frozen=True)
class Part:
    """One subgraph."""

    name: str
    schema: GraphQLSchema
    fields: Mapping[tuple[str, str], FieldDefinitionNode]
    keys: Mapping[str, list[tuple[SelectionSetNode, bool]]]
    """By type: field set, resolvable."""
    interface_objects: frozenset[str]

    def directive(self, kind: str, name: str, directive: str) -> Mapping[str, Any] | None:
        """A field's directive as its arguments."""
        node = self.fields.get((kind, name))
        return next((_arguments(d) for d in _all(node, "directives") if d.name.value == directive), None)

    @property
    def roots(self) -> Mapping[str, str]:
        """The names of the root types here, and what they are called in the whole graph."""
        found = {self.schema.get_root_type(kind): canonical for kind, canonical in ROOTS.items()}
        return {kind.name: canonical for kind, canonical in found.items() if kind is not None}

    def implementing(self, interface: str) -> set[str]:
        kind = self.schema.type_map.get(interface)
        if not isinstance(kind, GraphQLInterfaceType):
            return set()
        return {each.name for each in self.schema.get_possible_types(kind)}


def part_of(name: str, sdl: str) -> Part:
    fields: dict[tuple[str, str], FieldDefinitionNode] = {}
    keys: dict[str, list[tuple[SelectionSetNode, bool]]] = {}
    interface_objects: set[str] = set()
    for node in parse(sdl).definitions:
        kind = node.name.value if getattr(node, "name", None) else ""
        fields |= {
            (kind, f.name.value): f for f in _all(node, "fields") if isinstance(f, FieldDefinitionNode)
        }
        for directive in _all(node, "directives"):
            if directive.name.value == "key":
                said = _arguments(directive)
                key = (field_set(said["fields"]), said.get("resolvable") is not False)
                keys.setdefault(kind, []).append(key)
            elif directive.name.value == "interfaceObject":
                interface_objects.add(kind)
    return Part(name, schema_of(sdl, lambda *_: []), fields, keys, frozenset(interface_objects))


def field_set(text: str) -> SelectionSetNode:
    definition = parse(f"{{ {text} }}", no_location=True).definitions[0]
    assert isinstance(definition, OperationDefinitionNode)
    return definition.selection_set


def named_in(fields: SelectionSetNode) -> Iterator[FieldNode]:
    """The fields of a field set's uppermost level, those within fragments included."""
    for node in fields.selections:
        if isinstance(node, FieldNode):
            yield node
        elif isinstance(node, InlineFragmentNode):
            yield from named_in(node.selection_set)


def called(node: FieldNode) -> str:
    """A field with its arguments."""
    said = {a.name.value: getattr(a.value, "value", None) for a in node.arguments}
    return node.name.value + (as_json(said) if said else "")


def depth_of(kind: Any) -> int:
    """How many lists are around a type."""
    if isinstance(kind, GraphQLNonNull):
        return depth_of(kind.of_type)
    return 1 + depth_of(kind.of_type) if isinstance(kind, GraphQLList) else 0


def as_json(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _arguments(directive: Any) -> dict[str, Any]:
    return {a.name.value: getattr(a.value, "value", None) for a in directive.arguments}


def _all(node: Any, name: str) -> Any:
    return getattr(node, name, None) or ()
