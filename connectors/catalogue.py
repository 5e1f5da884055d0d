"""摸清数据家底: what data there is, told by the connectors: each field of the graph with its owner, class and freshness.

Made of a manifest and the SDL that it is served by, so that it is as true as what is served. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from graphql import (
    FieldDefinitionNode,
    InterfaceTypeDefinitionNode,
    InterfaceTypeExtensionNode,
    ListTypeNode,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    TypeNode,
    UnionTypeDefinitionNode,
    parse,
    print_ast,
)

from connectors.manifest.model import Field, Governance, Manifest, Service, Words
from connectors.manifest.runtime import Cache

LIVE = "live"
_NOT_EXPOSED = frozenset({"external", "inaccessible", "federation__external", "federation__inaccessible"})
_STRICTEST = ("unconditional", "conditional", "none")
_PLATFORMS = "Matter"
"""Given by the platform wherever a connector's graph refers to it."""
_HOLDERS = (
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    InterfaceTypeDefinitionNode,
    InterfaceTypeExtensionNode,
)
_Sdl: TypeAlias = Mapping[str, Mapping[str, FieldDefinitionNode]]


@dataclass(frozen=True, slots=True)
class Attribute:
    """A field of the graph as one connector gives it.

    ``freshness``: ``live`` (asked for each time) or the longest time that an answer is taken as fresh, as ``600s``;
    ``services`` are those that lead to it, ``units`` and ``legal_bases`` theirs.
    """

    coordinate: str
    type: str
    connector: str
    version: str
    department: str
    department_name: Words
    owners: tuple[str, ...]
    units: tuple[str, ...]
    legal_bases: tuple[str, ...]
    classification: str
    sharing: str
    purposes: tuple[str, ...]
    freshness: str
    services: tuple[str, ...]


def attributes(manifest: Manifest, sdl: str) -> tuple[Attribute, ...]:
    """Every exposed field of ``sdl``, which is the opened connector's, by coordinate."""
    return tuple(_Catalogue(manifest, sdl).attributes())


class _Catalogue:
    def __init__(self, manifest: Manifest, sdl: str) -> None:
        self._manifest = manifest
        self._fields, self._members = _read(sdl)
        self._declared = dict(_declared(manifest))
        self._services: dict[str, dict[str, Service]] = defaultdict(dict)
        self._kept: dict[str, set[float]] = defaultdict(set)
        """Coordinate → for how long answers on the ways to it are fresh (s)."""
        for service in manifest.services:
            for coordinate in service.coordinates:
                for reached in self._within(coordinate):
                    self._services[reached][service.id] = service
        self._keep()

    def attributes(self) -> Iterator[Attribute]:
        for owner, fields in sorted(self._fields.items()):
            for name, node in sorted(fields.items()):
                yield self._attribute(f"{owner}.{name}", node)

    def _attribute(self, coordinate: str, node: FieldDefinitionNode) -> Attribute:
        manifest, own = self._manifest, self._declared.get(coordinate)
        services = self._services.get(coordinate, {})
        said: list[Service | Governance] = [*services.values()] or [manifest.governance]
        classes = [each.classification for each in said]
        fresh = self._kept.get(coordinate)
        return Attribute(
            coordinate=coordinate,
            type=print_ast(node.type),
            connector=manifest.id,
            version=manifest.metadata.version,
            department=manifest.department,
            department_name=manifest.metadata.department.name,
            owners=tuple(each.name for each in manifest.metadata.owners),
            units=_once(each.responsible_unit for each in said),
            legal_bases=_once(each.legal_basis for each in said),
            classification=(own.classification if own is not None else None) or max(classes),
            sharing=max((each.sharing for each in said), key=_STRICTEST.index),
            purposes=own.purposes if own is not None and own.purposes else _once(p for e in said for p in e.purposes),
            freshness=f"{max(fresh):g}s" if fresh else LIVE,
            services=tuple(services),
        )  # fmt: skip

    def _keep(self) -> None:
        """A cache stands at a way in, and holds for all that is read of its answer: but not for what has a call of its own."""
        for coordinate, field in self._declared.items():
            if field.has_call and field.cache is not None:
                self._fresh(self._within(coordinate, of_one_answer=True), field.cache)
        for name, entity in self._manifest.entities.items():
            if entity.cache is not None:
                own = (f"{name}.{each}" for each in self._fields.get(name, {}) if each not in entity.fields)
                self._fresh({r for each in own for r in self._within(each, of_one_answer=True)}, entity.cache)

    def _fresh(self, coordinates: Iterable[str], cache: Cache) -> None:
        if cache.scope != "none":
            for coordinate in coordinates:
                self._kept[coordinate].add(cache.ttl_s)

    def _within(self, coordinate: str, *, of_one_answer: bool = False) -> set[str]:
        """The coordinate and all that is read through it; ``of_one_answer``: without what another call gives."""
        found: set[str] = set()
        waiting = [coordinate]
        while waiting:
            at = waiting.pop()
            owner, _, name = at.partition(".")
            node = self._fields.get(owner, {}).get(name)
            if at in found or node is None:
                continue
            found.add(at)
            for each in self._types(_named(node.type)):
                inner = (f"{each}.{field}" for field in self._fields.get(each, {}))
                waiting += [i for i in inner if not (of_one_answer and self._asks(i))]
        return found

    def _asks(self, coordinate: str) -> bool:
        held = self._declared.get(coordinate)
        return held is not None and held.has_call

    def _types(self, name: str) -> set[str]:
        return {name, *self._members.get(name, ())}


def _read(sdl: str) -> tuple[_Sdl, Mapping[str, set[str]]]:
    """Exposed fields by type, and the members of unions and interfaces."""
    fields: dict[str, dict[str, FieldDefinitionNode]] = defaultdict(dict)
    members: dict[str, set[str]] = defaultdict(set)
    for node in parse(sdl, no_location=True).definitions:
        if isinstance(node, UnionTypeDefinitionNode):
            members[node.name.value] |= {each.name.value for each in node.types}
        elif isinstance(node, _HOLDERS):
            for interface in node.interfaces:
                members[interface.name.value].add(node.name.value)
            if not _hidden(node) and node.name.value != _PLATFORMS:
                shown = (
                    each for each in node.fields if not _hidden(each) and _named(each.type) != _PLATFORMS
                )
                fields[node.name.value].update({each.name.value: each for each in shown})
    return fields, members


def _hidden(node: FieldDefinitionNode | ObjectTypeDefinitionNode | ObjectTypeExtensionNode
            | InterfaceTypeDefinitionNode | InterfaceTypeExtensionNode) -> bool:  # fmt: skip
    return any(each.name.value in _NOT_EXPOSED for each in node.directives)


def _declared(manifest: Manifest) -> Iterator[tuple[str, Field]]:
    """What the manifest itself says of a coordinate."""
    yield from ((f"{t.name}.{f.name}", f) for t in manifest.types.values() for f in t.fields.values())
    yield from ((f"{e.name}.{f.name}", f) for e in manifest.entities.values() for f in e.fields.values())
    yield from ((f"Query.{f.name}", f) for f in manifest.query.values())
    yield from ((f"Mutation.{f.name}", f) for f in manifest.mutation.values())


def _once(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in words if word))


def _named(node: TypeNode) -> str:
    while isinstance(node, ListTypeNode | NonNullTypeNode):
        node = node.type
    return str(getattr(node, "name").value)  # noqa: B009
