"""What each subgraph has, from the ``join__`` directives. It merges nothing and checks nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from graphql import (
    FieldDefinitionNode,
    GraphQLSchema,
    InterfaceTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    UnionTypeDefinitionNode,
    print_ast,
)

from federation.fieldsets import parse_field_set
from federation.supergraph import FieldView, Guard, KeyView, SubgraphView, TypeView
from federation.supergraph_sdl.contexts import contextual_arguments
from federation.supergraph_sdl.joins import JoinedType
from federation.supergraph_sdl.literals import Arguments, text

ROOTS = ("Query", "Mutation", "Subscription")


def share_of(label: str) -> float | None:
    """The share in percent that the label itself names (``percent(20)``); None if somebody else decides."""
    found = re.fullmatch(r"percent\((\d{1,3}(?:\.\d{1,8})?)\)", label)
    return float(found[1]) if found else None


class Views:
    """The views of all subgraphs of one document."""

    def __init__(
        self, types: Mapping[str, JoinedType], possible: Mapping[str, tuple[str, ...]], schema: GraphQLSchema
    ) -> None:
        self._types = types
        self._possible = possible
        roots = (schema.query_type, schema.mutation_type, schema.subscription_type)
        self._roots = {root.name for root in roots if root}

    def by_subgraph(self, names: Iterable[str]) -> dict[str, SubgraphView]:
        """By subgraph, sorted. Root types without a field of the subgraph are left out."""
        return {name: self._view(name) for name in sorted(names)}

    def _view(self, subgraph: str) -> dict[str, TypeView]:
        own = self._own_possible(subgraph)
        found: dict[str, TypeView] = {}
        for name, joined in self._types.items():
            if subgraph not in joined.types:
                continue
            view = self._type(subgraph, name, joined, own.get(name, ()))
            if view.fields or name not in self._roots:
                found[name] = view
        return found

    def _own_possible(self, subgraph: str) -> dict[str, tuple[str, ...]]:
        found: dict[str, set[str]] = {}
        for name, joined in self._types.items():
            if subgraph not in joined.types:
                continue
            if isinstance(joined.node, UnionTypeDefinitionNode):
                found.setdefault(name, set()).update(joined.members.get(subgraph, ()))
            elif isinstance(joined.node, ObjectTypeDefinitionNode) or _is_interface_object(joined, subgraph):
                found.setdefault(name, set()).add(name)
            if isinstance(joined.node, ObjectTypeDefinitionNode):
                for interface in joined.implements.get(subgraph, ()):
                    found.setdefault(interface, set()).add(name)
        return {name: tuple(sorted(objects)) for name, objects in found.items()}

    def _type(self, subgraph: str, name: str, joined: JoinedType, possible: tuple[str, ...]) -> TypeView:
        node = joined.node
        interface_object = _is_interface_object(joined, subgraph)
        fields: dict[str, FieldView] = {}
        if isinstance(node, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode):
            for child in node.fields:
                for having, given in joined.fields[child.name.value]:
                    if having == subgraph:
                        fields[child.name.value] = self._field(joined, child, given)
        return TypeView(
            name,
            not isinstance(node, ObjectTypeDefinitionNode) and not interface_object,
            fields,
            _keys(joined.types[subgraph]),
            (name,) if interface_object else possible,
            interface_object,
            tuple(joined.implements.get(subgraph, ())),
        )

    def _field(self, joined: JoinedType, child: FieldDefinitionNode, given: Arguments) -> FieldView:
        written = text(given, "type") or print_ast(child.type)
        named = written.strip("[]! ")
        external = given.get("external") is True or given.get("usedOverridden") is True
        return FieldView(
            child.name.value,
            written,
            named,
            written.count("["),
            named not in self._possible,
            not external,
            parse_field_set(text(given, "requires")) if text(given, "requires") else (),
            external,
            parse_field_set(text(given, "provides")) if text(given, "provides") else (),
            _guard(given),
            text(given, "override"),
            contextual_arguments(given),
        )


def _keys(types: Iterable[Arguments]) -> tuple[KeyView, ...]:
    return tuple(
        KeyView(parse_field_set(text(given, "key")), given.get("resolvable") is not False)
        for given in types
        if text(given, "key")
    )


def _is_interface_object(joined: JoinedType, subgraph: str) -> bool:
    return any(given.get("isInterfaceObject") is True for given in joined.types.get(subgraph, ()))


def _guard(given: Arguments) -> Guard | None:
    label = text(given, "overrideLabel")
    return Guard(label, bool(text(given, "override"))) if label else None
