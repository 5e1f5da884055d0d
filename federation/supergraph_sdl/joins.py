"""The ``join__`` directives of a supergraph as plain tables: who declares which type and field, and how. It
merges nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from graphql import (
    DocumentNode,
    EnumTypeDefinitionNode,
    FieldDefinitionNode,
    InterfaceTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    UnionTypeDefinitionNode,
)

from federation.memo import Memo
from federation.supergraph_sdl.features import Features
from federation.supergraph_sdl.literals import Arguments, applied, text

Composite = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode | UnionTypeDefinitionNode


@dataclass(frozen=True, slots=True)
class Graph:
    """One subgraph: its value in ``join__Graph``, its name and its address."""

    value: str
    name: str
    url: str


@dataclass(slots=True)
class JoinedType:
    """A composite type and what each subgraph (by name) has of it. ``fields``: field → (subgraph, arguments)."""

    node: Composite
    types: dict[str, list[Arguments]] = field(default_factory=dict)
    fields: dict[str, list[tuple[str, Arguments]]] = field(default_factory=dict)
    implements: dict[str, list[str]] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=dict)
    owner: str = ""


def graphs_of(document: DocumentNode) -> tuple[Graph, ...]:
    """The values of ``join__Graph``."""
    found: list[Graph] = []
    for definition in document.definitions:
        if isinstance(definition, EnumTypeDefinitionNode) and definition.name.value == "join__Graph":
            for value in definition.values or ():
                given: Arguments = next(applied(value.directives, "join__graph"), {})
                name = text(given, "name") or value.name.value
                found.append(Graph(value.name.value, name, text(given, "url")))
    return tuple(found)


def joined_types(
    document: DocumentNode, features: Features, memo: Memo | None = None
) -> dict[str, JoinedType]:
    """Every composite type of the graph."""
    memo = memo or Memo()
    named = {graph.value: graph.name for graph in graphs_of(document)}
    names = memo.get("graphs", (), tuple(named.items()), lambda: named)
    found: dict[str, JoinedType] = {}
    for definition in document.definitions:
        if isinstance(definition, Composite) and not features.is_machinery(definition.name.value):
            found[definition.name.value] = memo.get(
                "joined", (definition, names), None, partial(_joined, definition, names)
            )
    return found


def _joined(node: Composite, names: Mapping[str, str]) -> JoinedType:
    joined = JoinedType(node)
    for given in applied(node.directives, "join__owner"):
        joined.owner = names.get(text(given, "graph"), "")
    for given in applied(node.directives, "join__type"):
        joined.types.setdefault(names[text(given, "graph")], []).append(given)
    if not joined.types:
        joined.types = {name: [{}] for name in names.values()}
    for given in applied(node.directives, "join__implements"):
        joined.implements.setdefault(names[text(given, "graph")], []).append(text(given, "interface"))
    for given in applied(node.directives, "join__unionMember"):
        joined.members.setdefault(names[text(given, "graph")], []).append(text(given, "member"))
    if isinstance(node, UnionTypeDefinitionNode):
        if not joined.members:
            everyone = [member.name.value for member in node.types]
            joined.members = dict.fromkeys(joined.types, everyone)
        return joined
    if not joined.implements and node.interfaces:
        joined.implements = {name: [i.name.value for i in node.interfaces] for name in joined.types}
    for child in node.fields:
        joined.fields[child.name.value] = _field(joined, child, names)
    return joined


def _field(
    joined: JoinedType, child: FieldDefinitionNode, names: Mapping[str, str]
) -> list[tuple[str, Arguments]]:
    """Who has the field. Without ``join__field``: everybody (in join v0.1: its owner); with one that names no
    graph: nobody, it comes by way of an interface object."""
    said = list(applied(child.directives, "join__field"))
    named = [(names[text(given, "graph")], given) for given in said if text(given, "graph")]
    if named:
        return named
    if said and not joined.owner:
        return []
    if joined.owner:
        return [(joined.owner, said[0] if said else {})]
    return [(name, {}) for name in joined.types]
