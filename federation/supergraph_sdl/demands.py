"""What each field demands of a caller, from ``@authenticated``, ``@requiresScopes`` and ``@policy`` in a supergraph, whoever made it.

A field demands what it says itself, what its object type says, what the type of its result says, and what the fields demand that its
``@requires`` or ``@fromContext`` would read. An interface never lifts what an object demands. What an interface says that its objects
do not say together holds for all of them; else composition has only gathered it from them, and each object decides for itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from graphql import (
    ConstDirectiveNode,
    DocumentNode,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    TypeDefinitionNode,
)

from federation.access import NOTHING, Alternatives, Demand, TooManyAlternatives, conjunction, together
from federation.fieldsets import Need, parse_field_set
from federation.memo import Memo
from federation.supergraph import Coordinate, MergedField, SubgraphView
from federation.supergraph_sdl.features import Features
from federation.supergraph_sdl.literals import Arguments, Plain, applied, text


def demands_of(
    document: DocumentNode,
    features: Features,
    schema: GraphQLSchema,
    fields: Mapping[str, Mapping[str, MergedField]],
    possible: Mapping[str, tuple[str, ...]],
    views: Mapping[str, SubgraphView],
    memo: Memo,
) -> dict[Coordinate, Demand]:
    """By ``Type.field`` on object types; ``Type.__typename`` stands for the type itself. Only where there is one."""
    said = _Said(document, features, memo)
    if not said.any:
        return {}
    found = _Demands(said, schema, fields, possible)
    own = dict(found.all())
    pulled = _Pulled(fields, possible)
    pulled.by_requirements(views)
    pulled.by_contexts(document, features)
    places = {*own, *pulled.found}
    whole = {at: together(own.get(each, NOTHING) for each in _reached(at, pulled.found)) for at in places}
    return {at: demand for at, demand in sorted(whole.items()) if demand}


def alternatives(value: Plain) -> Alternatives:
    """The argument of ``@requiresScopes`` or ``@policy``; what is no list of lists demands what nobody has."""
    return tuple(
        tuple(sorted({str(name) for name in each}))
        for each in (value if isinstance(value, list) else ())
        if isinstance(each, list)
    )


class _Said:
    """What the elements of the document say themselves, by name or coordinate."""

    def __init__(self, document: DocumentNode, features: Features, memo: Memo) -> None:
        authenticated, scopes, policy = (
            features.named(name).local(name) for name in ("authenticated", "requiresScopes", "policy")
        )
        spelled = authenticated, scopes, policy
        self._by_element: dict[str, Demand] = {}
        for node in document.definitions:
            if isinstance(node, TypeDefinitionNode) and not features.is_machinery(node.name.value):
                self._by_element |= memo.get("demands", (node,), spelled, partial(_said, node, spelled))

    @property
    def any(self) -> bool:
        return bool(self._by_element)

    def at(self, element: str) -> Demand:
        return self._by_element.get(element, NOTHING)


def _said(node: Any, spelled: tuple[str, str, str]) -> dict[str, Demand]:
    """Of a type and its fields, where they demand something."""
    name = node.name.value
    elements = [
        (name, node),
        *((f"{name}.{child.name.value}", child) for child in getattr(node, "fields", None) or ()),
    ]
    demands = ((element, _demand(each.directives or (), *spelled)) for element, each in elements)
    return {element: demand for element, demand in demands if demand}


def _demand(
    directives: tuple[ConstDirectiveNode, ...], authenticated: str, scopes: str, policy: str
) -> Demand:
    return Demand(
        any(directive.name.value == authenticated for directive in directives),
        frozenset(alternatives(given.get("scopes")) for given in applied(directives, scopes)),
        frozenset(alternatives(given.get("policies")) for given in applied(directives, policy)),
    )


class _Demands:
    """Each field's own demand, without what its requirements add."""

    def __init__(
        self,
        said: _Said,
        schema: GraphQLSchema,
        fields: Mapping[str, Mapping[str, MergedField]],
        possible: Mapping[str, tuple[str, ...]],
    ) -> None:
        self._said = said
        self._schema = schema
        self._fields = fields
        self._possible = possible
        self._types: dict[str, Demand] = {}

    def all(self) -> Iterator[tuple[Coordinate, Demand]]:
        for name, kind in self._schema.type_map.items():
            if not isinstance(kind, GraphQLObjectType) or name not in self._fields:
                continue
            demand = self._type(name)
            if demand:
                yield f"{name}.__typename", demand
            interfaces = [interface.name for interface in kind.interfaces]
            for child in self._fields[name].values():
                above = (self._interface(f"{i}.{child.name}", i, child.name) for i in interfaces)
                whole = (
                    demand & self._said.at(f"{name}.{child.name}") & together(above) & self._type(child.named)
                )
                if whole:
                    yield f"{name}.{child.name}", whole

    def _type(self, name: str) -> Demand:
        """What a type demands wherever it stands; an abstract one only what it says for itself."""
        if name not in self._types:
            kind = self._schema.type_map[name]
            interfaces: list[str] = []
            if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
                interfaces = [interface.name for interface in kind.interfaces]
            own = (
                self._interface(name, name) if isinstance(kind, GraphQLInterfaceType) else self._said.at(name)
            )
            self._types[name] = own & together(self._interface(i, i) for i in interfaces)
        return self._types[name]

    def _interface(self, element: str, interface: str, field: str = "") -> Demand:
        """What an interface or its field says for itself: nothing where its objects together say the same."""
        demand = self._said.at(element)
        if not demand:
            return NOTHING
        objects = self._possible.get(interface, ())
        gathered = together(self._said.at(f"{each}.{field}" if field else each) for each in objects)
        return NOTHING if objects and _same(demand, gathered) else demand


class _Pulled:
    """Which coordinates are read for a field by ``@requires`` or ``@fromContext``, whichever subgraph answers it."""

    def __init__(
        self, fields: Mapping[str, Mapping[str, MergedField]], possible: Mapping[str, tuple[str, ...]]
    ) -> None:
        self._fields = fields
        self._possible = possible
        self.found: dict[Coordinate, set[Coordinate]] = {}

    def by_requirements(self, views: Mapping[str, SubgraphView]) -> None:
        for view in views.values():
            for kind in view.values():
                for child in kind.fields.values():
                    if child.requires:
                        for name in self._possible.get(kind.name, ()):
                            self._add(name, child.name, self._read(name, child.requires, set()))

    def by_contexts(self, document: DocumentNode, features: Features) -> None:
        spelled = features.named("context").local("context")
        settings: dict[str, list[str]] = {}
        for node in document.definitions:
            for given in applied(getattr(node, "directives", None) or (), spelled):
                settings.setdefault(text(given, "name"), []).append(node.name.value)  # type: ignore[attr-defined]
        for node in document.definitions if settings else ():
            for child in getattr(node, "fields", None) or ():
                for given in applied(child.directives, "join__field"):
                    listed = given.get("contextArguments")
                    for said in listed if isinstance(listed, list) else ():
                        if isinstance(said, dict):
                            self._from_context(node, child.name.value, said, settings)

    def _from_context(
        self, node: Any, field: str, said: Arguments, settings: Mapping[str, list[str]]
    ) -> None:
        selection = text(said, "selection").strip()
        needs = parse_field_set(selection[1:-1] if selection.startswith("{") else selection)
        for type_name in settings.get(text(said, "context"), ()):
            for name in self._possible.get(node.name.value, ()):
                self._add(name, field, self._read(type_name, needs, set()))

    def _add(self, type_name: str, field: str, read: Iterable[Coordinate]) -> None:
        self.found.setdefault(f"{type_name}.{field}", set()).update(read)

    def _read(
        self, type_name: str, needs: tuple[Need, ...], seen: set[tuple[str, int]]
    ) -> Iterator[Coordinate]:
        if (type_name, id(needs)) in seen:
            return
        seen.add((type_name, id(needs)))
        for need in needs:
            narrowed = self._possible.get(need.on or type_name, ())
            for name in self._possible.get(type_name, ()):
                if name not in narrowed:
                    continue
                yield f"{name}.{need.name}"
                child = self._fields[name].get(need.name)
                if child is not None and need.needs:
                    yield from self._read(child.named, need.needs, seen)


def _reached(start: Coordinate, pulled: Mapping[Coordinate, set[Coordinate]]) -> set[Coordinate]:
    found: set[Coordinate] = set()
    waiting = [start]
    while waiting:
        at = waiting.pop()
        if at not in found:
            found.add(at)
            waiting.extend(pulled.get(at, ()))
    return found


def _same(one: Demand, other: Demand) -> bool:
    if one.authenticated != other.authenticated:
        return False
    pairs = ((one.scopes, other.scopes), (one.policies, other.policies))
    normal = [(_normal(left), _normal(right)) for left, right in pairs]
    return all(left is not None and left == right for left, right in normal)


def _normal(demands: frozenset[Alternatives]) -> Alternatives | None:
    """All demands as one; None where that would be too many alternatives: the interface is taken at its word."""
    try:
        return conjunction(demands)
    except TooManyAlternatives:
        return None
