"""An SDL's type definitions by name: extensions merged in, root types called Query and Mutation, machinery
left out.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from graphql import (
    DirectiveDefinitionNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    EnumTypeExtensionNode,
    ExecutableDefinitionNode,
    GraphQLError,
    InputObjectTypeDefinitionNode,
    InputObjectTypeExtensionNode,
    InterfaceTypeDefinitionNode,
    InterfaceTypeExtensionNode,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    ScalarTypeDefinitionNode,
    ScalarTypeExtensionNode,
    SchemaDefinitionNode,
    SchemaExtensionNode,
    SelectionSetNode,
    UnionTypeDefinitionNode,
    UnionTypeExtensionNode,
    parse,
    print_ast,
)

from connectors.graphql_http.documents import field_set, name_node, named, renamed_type, type_name
from connectors.graphql_http.links import Links, links_of

MAX_SDL_BYTES = 5 * 1024 * 1024
MACHINERY = frozenset(
    ("_Entity", "_Any", "_Service", "_FieldSet", "FieldSet", "link__Import", "link__Purpose")
)
EXTENSIONS: dict[type[Any], type[Any]] = {
    ObjectTypeExtensionNode: ObjectTypeDefinitionNode,
    InterfaceTypeExtensionNode: InterfaceTypeDefinitionNode,
    InputObjectTypeExtensionNode: InputObjectTypeDefinitionNode,
    EnumTypeExtensionNode: EnumTypeDefinitionNode,
    UnionTypeExtensionNode: UnionTypeDefinitionNode,
    ScalarTypeExtensionNode: ScalarTypeDefinitionNode,
}
Definition = Any
"""One of graphql-core's type definition nodes: they share no base with the parts that are used here."""


class SdlRefused(ValueError):
    """The SDL can't be read (``line`` and ``column`` from 1, where it stops), or a manifest names what isn't in it."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


def read_sdl(text: str | bytes) -> DocumentNode:
    """Raises: SdlRefused."""
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise SdlRefused("the SDL is not UTF-8") from None
    if len(text) > MAX_SDL_BYTES:
        raise SdlRefused("the SDL is too large")
    try:
        return parse(text, no_location=True)
    except GraphQLError as error:
        place = error.locations[0] if error.locations else None
        line, column = (place.line, place.column) if place else (0, 0)
        raise SdlRefused(f"the SDL can't be parsed: {error.message}", line, column) from None
    except RecursionError:
        raise SdlRefused("the SDL is nested too deeply") from None


def read_field_set(text: str) -> SelectionSetNode:
    """Raises: SdlRefused."""
    try:
        return field_set(text)
    except GraphQLError:
        raise SdlRefused("a federation field set can't be parsed") from None


def definitions_of(sdl: str | bytes | Definitions) -> Definitions:
    """Read, if they are not yet.

    Raises: SdlRefused.
    """
    return sdl if isinstance(sdl, Definitions) else Definitions(read_sdl(sdl))


class Definitions:
    """A document's type definitions by name, extensions merged in, machinery and root names made plain."""

    def __init__(self, document: DocumentNode) -> None:
        roots = {"Query": "Query", "Mutation": "Mutation", "Subscription": "Subscription"}
        self.links: Links = links_of(document)
        self.schema: list[Any] = []
        self.extended: set[str] = set()
        """Types that this document only extends."""
        self.types: dict[str, Definition] = {}
        self.own_roots: dict[str, str] = {}
        """Query, Mutation, Subscription: what the backend calls them, where it calls them something else."""
        grouped: dict[str, list[Definition]] = {}
        for node in document.definitions:
            if isinstance(node, ExecutableDefinitionNode):
                raise SdlRefused("the SDL holds an operation; a schema is wanted")
            if isinstance(node, SchemaDefinitionNode | SchemaExtensionNode):
                self.schema.append(node)
                for operation in node.operation_types or ():
                    roots[operation.type.name.value] = operation.operation.value.capitalize()
            elif not isinstance(node, DirectiveDefinitionNode):
                definition: Definition = node
                grouped.setdefault(definition.name.value, []).append(definition)
        self._merge(grouped)
        self._rename_roots(roots)
        query = self.types.get("Query")
        if query is not None:
            kept = [item for item in query.fields or () if item.name.value not in ("_entities", "_service")]
            self.types["Query"] = named(query, fields=tuple(kept))
        for name in MACHINERY:
            self.types.pop(name, None)

    def _merge(self, grouped: Mapping[str, list[Definition]]) -> None:
        for name, nodes in grouped.items():
            if all(type(node) in EXTENSIONS for node in nodes):
                self.extended.add(name)
            plain = [_defined(node) for node in nodes]
            if len({type(node) for node in plain}) > 1:
                raise SdlRefused(f"{name} is defined as two kinds of type")
            self.types[name] = plain[0] if len(plain) == 1 else _joined(plain)

    def _rename_roots(self, roots: Mapping[str, str]) -> None:
        """References to a root type are renamed with it: a field may lead back to it, a union may hold it."""
        forward = {name: plain for name, plain in roots.items() if name != plain and name in self.types}
        for name, plain in forward.items():
            if plain in self.types:
                raise SdlRefused(f"{name} is the root type called {plain}, but another type has that name")
            node = self.types.pop(name)
            self.types[plain] = named(node, name=name_node(plain))
            self.own_roots[plain] = name
        if forward:
            self.types = {name: _pointed(node, forward) for name, node in self.types.items()}

    def copied(self) -> Definitions:
        """For who takes types out; the nodes are shared and stay as they are."""
        found = copy.copy(self)
        found.types = dict(self.types)
        return found

    def fields(self, type_: str) -> Mapping[str, Any]:
        node = self.types.get(type_)
        return {item.name.value: item for item in getattr(node, "fields", None) or ()}


def _pointed(node: Definition, forward: Mapping[str, str]) -> Definition:
    """With the types of fields and the members of unions by their new names."""
    changes: dict[str, Any] = {}
    fields = getattr(node, "fields", None) or ()
    if any(type_name(item.type) in forward for item in fields):
        changes["fields"] = tuple(named(item, type=renamed_type(item.type, forward)) for item in fields)
    members = getattr(node, "types", None) or ()
    if any(item.name.value in forward for item in members):
        changes["types"] = tuple(renamed_type(item, forward) for item in members)
    return named(node, **changes) if changes else node


def _defined(node: Definition) -> Definition:
    kind = EXTENSIONS.get(type(node))
    if kind is None:
        return node
    return kind(**{key: getattr(node, key, None) for key in kind.keys if key != "loc"})


def _joined(nodes: list[Definition]) -> Definition:
    """Members of all, each name once; the first to have it wins."""
    directives = {print_ast(item): item for node in nodes for item in node.directives or ()}
    descriptions = (getattr(node, "description", None) for node in nodes)
    changes: dict[str, Any] = {
        "directives": tuple(directives.values()),
        "description": next((found for found in descriptions if found is not None), None),
    }
    for part in ("fields", "values", "types", "interfaces"):
        if hasattr(nodes[0], part):
            held: dict[str, Any] = {}
            for node in nodes:
                for item in getattr(node, part) or ():
                    held.setdefault(item.name.value, item)
            changes[part] = tuple(held.values())
    return named(nodes[0], **changes)
