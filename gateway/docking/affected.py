"""From a changed coordinate to the fields that an operation names when it is hit: use is recorded by ``Type.field``.

Pure; reads the SDL of the connector as it was.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from graphql import (
    InputObjectTypeDefinitionNode,
    InterfaceTypeDefinitionNode,
    ListTypeNode,
    NamedTypeNode,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    TypeNode,
    UnionTypeDefinitionNode,
    parse,
)

_OBJECTS = (ObjectTypeDefinitionNode, ObjectTypeExtensionNode)


class Affected:
    """Of one connector, by its federation SDL and the coordinates of its services."""

    def __init__(self, sdl: str, services: dict[str, tuple[str, ...]]) -> None:
        """``services``: id → ``Type.field`` …"""
        self._services = services
        self._mentions: dict[str, set[str]] = {}
        """``Type.field`` of an object → the types that it gives or takes."""
        self._inputs: dict[str, set[str]] = defaultdict(set)
        """Input type → the types of its fields."""
        self._members: dict[str, set[str]] = defaultdict(set)
        """Interface or union → objects."""
        self._read(sdl)

    def fields(self, coordinate: str) -> frozenset[str]:
        """``Type.field`` of objects. What belongs to no type (``backend.…``) concerns all that the connector serves."""
        if coordinate.startswith("service:"):
            return frozenset(self._services.get(coordinate.removeprefix("service:"), ()))
        owner, _, name = coordinate.partition("(")[0].partition(".")
        if not owner[:1].isupper():
            return frozenset(each for listed in self._services.values() for each in listed)
        objects = {owner} | self._members.get(owner, set())
        exact = {f"{each}.{name}" for each in objects} & self._mentions.keys()
        if name and exact:
            return frozenset(exact)
        hit = self._holding(owner)
        using = {field for field, types in self._mentions.items() if types & hit}
        own = {field for field in self._mentions if field.partition(".")[0] == owner} if not name else set()
        return frozenset(using | own)

    def _holding(self, name: str) -> set[str]:
        """The type, and every input type that leads to it."""
        found = {name}
        while True:
            more = {holder for holder, types in self._inputs.items() if types & found} - found
            if not more:
                return found
            found |= more

    def _read(self, sdl: str) -> None:
        for node in parse(sdl, no_location=True).definitions:
            if isinstance(node, _OBJECTS):
                owner = node.name.value
                for field in node.fields:
                    mentioned = {_named(field.type), *(_named(each.type) for each in field.arguments)}
                    self._mentions[f"{owner}.{field.name.value}"] = mentioned
                for interface in node.interfaces:
                    self._members[interface.name.value].add(owner)
            elif isinstance(node, UnionTypeDefinitionNode):
                self._members[node.name.value] |= {each.name.value for each in node.types}
            elif isinstance(node, InputObjectTypeDefinitionNode):
                self._inputs[node.name.value] |= {_named(each.type) for each in node.fields}
            elif isinstance(node, InterfaceTypeDefinitionNode):
                self._members.setdefault(node.name.value, set())


def services_of(fields: Iterable[str], services: dict[str, tuple[str, ...]]) -> frozenset[str]:
    """The services that list one of these fields."""
    wanted = set(fields)
    return frozenset(name for name, listed in services.items() if wanted & set(listed))


def _named(node: TypeNode) -> str:
    while isinstance(node, ListTypeNode | NonNullTypeNode):
        node = node.type
    assert isinstance(node, NamedTypeNode)
    return node.name.value
