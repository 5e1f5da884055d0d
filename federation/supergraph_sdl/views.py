"""What each subgraph has, from the ``join__`` directives. It merges nothing and checks nothing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import partial

from graphql import (
    FieldDefinitionNode,
    GraphQLSchema,
    InterfaceTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    UnionTypeDefinitionNode,
)

from federation.fieldsets import parse_field_set
from federation.memo import Memo
from federation.supergraph import FieldView, Guard, KeyView, SubgraphView, TypeView
from federation.supergraph_sdl.contexts import contextual_arguments
from federation.supergraph_sdl.joins import JoinedType
from federation.supergraph_sdl.literals import Arguments, text, written

ROOTS = ("Query", "Mutation", "Subscription")
ANYWHERE = (KeyView(()),)
"""The query root is the same object wherever it is met: it is entered without a key."""


def share_of(label: str) -> float | None:
    """The share in percent that the label itself names (``percent(20)``); None if somebody else decides."""
    found = re.fullmatch(r"percent\((\d{1,3}(?:\.\d{1,8})?)\)", label)
    return float(found[1]) if found else None


class Views:
    """The views of all subgraphs of one document."""

    def __init__(
        self,
        types: Mapping[str, JoinedType],
        possible: Mapping[str, tuple[str, ...]],
        schema: GraphQLSchema,
        memo: Memo,
    ) -> None:
        self._types = types
        self._possible = possible
        self._memo = memo
        roots = (schema.query_type, schema.mutation_type, schema.subscription_type)
        self._roots = {root.name for root in roots if root}

    def by_subgraph(self, names: Iterable[str]) -> dict[str, SubgraphView]:
        """By subgraph, sorted. Root types without a field of the subgraph are left out."""
        found: dict[str, dict[str, TypeView]] = {name: {} for name in sorted(names)}
        own = self._own_possible()
        for name, joined in self._types.items():
            here = own.get(name, {})
            under = tuple(here.items()), self._leaves(joined)
            views = self._memo.get("views", (joined,), under, partial(self._views, name, joined, here))
            for subgraph, view in views:
                if view.fields or name not in self._roots:
                    found[subgraph][name] = view
        return dict(found)

    def _views(
        self, name: str, joined: JoinedType, possible: Mapping[str, tuple[str, ...]]
    ) -> list[tuple[str, TypeView]]:
        fields = self._fields(joined)
        return [
            (s, self._type(s, name, joined, possible.get(s, ()), fields.get(s, {}))) for s in joined.types
        ]

    def _leaves(self, joined: JoinedType) -> tuple[bool, ...]:
        """Of its fields in order, whether they are leaves."""
        results = self._memo.get("results", (joined,), None, partial(_results, joined))
        return tuple(name not in self._possible for name in results)

    def _own_possible(self) -> dict[str, dict[str, tuple[str, ...]]]:
        """By type and subgraph: the object types that the subgraph knows it to be."""
        found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for name, joined in self._types.items():
            for subgraph in joined.types:
                if isinstance(joined.node, UnionTypeDefinitionNode):
                    found[name][subgraph].update(joined.members.get(subgraph, ()))
                elif isinstance(joined.node, ObjectTypeDefinitionNode):
                    found[name][subgraph].add(name)
                    for interface in joined.implements.get(subgraph, ()):
                        found[interface][subgraph].add(name)
                elif _is_interface_object(joined, subgraph):
                    found[name][subgraph].add(name)
        return {
            name: {subgraph: tuple(sorted(objects)) for subgraph, objects in sorted(by_subgraph.items())}
            for name, by_subgraph in found.items()
        }

    def _type(
        self,
        subgraph: str,
        name: str,
        joined: JoinedType,
        possible: tuple[str, ...],
        fields: Mapping[str, FieldView],
    ) -> TypeView:
        node = joined.node
        interface_object = _is_interface_object(joined, subgraph)
        return TypeView(
            name,
            not isinstance(node, ObjectTypeDefinitionNode) and not interface_object,
            fields,
            ANYWHERE if name == "Query" else _keys(joined.types[subgraph]),
            (name,) if interface_object else possible,
            interface_object,
            tuple(joined.implements.get(subgraph, ())),
        )

    def _fields(self, joined: JoinedType) -> dict[str, dict[str, FieldView]]:
        """By subgraph and field."""
        found: dict[str, dict[str, FieldView]] = {}
        if isinstance(joined.node, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode):
            for child in joined.node.fields:
                for subgraph, given in joined.fields[child.name.value]:
                    found.setdefault(subgraph, {})[child.name.value] = self._field(joined, child, given)
        return found

    def _field(self, joined: JoinedType, child: FieldDefinitionNode, given: Arguments) -> FieldView:
        type_ = text(given, "type") or written(child.type)
        named = _bare(type_)
        external = given.get("external") is True or given.get("usedOverridden") is True
        return FieldView(
            child.name.value,
            type_,
            named,
            type_.count("["),
            named not in self._possible,
            not external,
            parse_field_set(text(given, "requires")) if text(given, "requires") else (),
            external,
            parse_field_set(text(given, "provides")) if text(given, "provides") else (),
            _guard(given),
            text(given, "override"),
            contextual_arguments(given),
        )


def _results(joined: JoinedType) -> list[str]:
    """The types that its fields give in the subgraphs, as far as they say so, and in the graph."""
    if isinstance(joined.node, UnionTypeDefinitionNode):
        return []
    found: dict[str, None] = {}
    for child in joined.node.fields:
        found[_bare(written(child.type))] = None
        found.update((_bare(text(given, "type")), None) for _, given in joined.fields[child.name.value])
    return list(found)


def _bare(written: str) -> str:
    return written.strip("[]! ")


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
