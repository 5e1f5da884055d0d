"""The subgraphs side by side, before merging: what the rules look at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from graphql import ListTypeNode, NamedTypeNode, NonNullTypeNode, TypeNode

from federation.composition.source import FieldSource, InputSource, Kind, SubgraphSource, TypeSource

BUILT_IN = frozenset({"Int", "Float", "String", "Boolean", "ID"})
ROOTS = frozenset({"Query", "Mutation", "Subscription"})


@dataclass(frozen=True, slots=True)
class Declared:
    """A type in one subgraph."""

    subgraph: SubgraphSource
    type: TypeSource


@dataclass(frozen=True, slots=True)
class DeclaredField:
    """A field in one subgraph."""

    subgraph: SubgraphSource
    type: TypeSource
    field: FieldSource


@dataclass(slots=True)
class Draft:
    """All sources, sorted by subgraph name, and the indexes that rules share."""

    sources: tuple[SubgraphSource, ...]
    types: dict[str, list[Declared]] = field(default_factory=dict)
    possible: dict[str, set[str]] = field(default_factory=dict)
    overridden: set[tuple[str, str, str]] = field(default_factory=set)
    """(subgraph, type, field) whose answer another subgraph has taken over."""
    guarded: dict[tuple[str, str, str], str] = field(default_factory=dict)
    """(subgraph, type, field) that another subgraph takes over while the label is active."""
    used: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    """By subgraph: (type, field) that its keys, requirements and provisions name."""
    provided: set[tuple[str, str, str]] = field(default_factory=set)
    """(subgraph, type, field) of external fields that some ``@provides`` names."""

    @classmethod
    def of(cls, sources: list[SubgraphSource]) -> Draft:
        draft = cls(tuple(sorted(sources, key=lambda source: source.name)))
        for source in draft.sources:
            for name, declared in source.types.items():
                draft.types.setdefault(name, []).append(Declared(source, declared))
                draft._note_possible(declared)
                for child in declared.fields.values():
                    if child.override_from and child.override_from != source.name:
                        at = (child.override_from, name, child.name)
                        if child.override_label is None:
                            draft.overridden.add(at)
                        else:
                            draft.guarded[at] = child.override_label
        draft.types = dict(sorted(draft.types.items()))
        return draft

    def _note_possible(self, declared: TypeSource) -> None:
        if declared.kind is Kind.UNION:
            self.possible.setdefault(declared.name, set()).update(declared.members)
        elif declared.kind is Kind.INTERFACE:
            self.possible.setdefault(declared.name, set())
            for interface in declared.interfaces:
                self.possible.setdefault(interface, set()).add(declared.name)
        elif declared.kind is Kind.OBJECT:
            for interface in declared.interfaces:
                self.possible.setdefault(interface, set()).add(declared.name)

    def kind(self, name: str) -> Kind | None:
        if name in BUILT_IN:
            return Kind.SCALAR
        found = self.types.get(name)
        return found[0].type.kind if found else None

    def composite(self) -> Iterator[tuple[str, list[Declared]]]:
        """Object and interface types with their declarations."""
        for name, declared in self.types.items():
            if declared[0].type.kind in (Kind.OBJECT, Kind.INTERFACE):
                yield name, declared

    def fields(self) -> Iterator[tuple[str, str, list[DeclaredField]]]:
        """Every field of every composite type with its declarations, by (type, field)."""
        for name, declared in self.composite():
            found: dict[str, list[DeclaredField]] = {}
            for each in declared:
                for child in each.type.fields.values():
                    found.setdefault(child.name, []).append(DeclaredField(each.subgraph, each.type, child))
            for field_name, fields in found.items():
                yield name, field_name, fields

    def answers(self, subgraph: SubgraphSource, declared: TypeSource, child: FieldSource) -> bool:
        """Whether the subgraph itself resolves the field."""
        return not child.external and (subgraph.name, declared.name, child.name) not in self.overridden

    def implementations(self, interface: str) -> list[str]:
        """The object types of an interface over all subgraphs, sorted."""
        return sorted(n for n in self.possible.get(interface, ()) if self.kind(n) is Kind.OBJECT)

    def is_interface_object(self, name: str) -> bool:
        return any(declared.type.interface_object for declared in self.types.get(name, ()))

    def is_subtype(self, name: str, of: str) -> bool:
        return name == of or name in self.possible.get(of, ())


def named(node: TypeNode) -> str:
    """The name inside all wrappers."""
    while isinstance(node, NonNullTypeNode | ListTypeNode):
        node = node.type
    assert isinstance(node, NamedTypeNode)
    return node.name.value


def depth(node: TypeNode) -> int:
    """How many lists are around the name."""
    found = 0
    while isinstance(node, NonNullTypeNode | ListTypeNode):
        found += isinstance(node, ListTypeNode)
        node = node.type
    return found


def merge_output(draft: Draft, types: list[TypeNode]) -> TypeNode | None:
    """The narrowest type that every one of ``types`` is an instance of; None if there is none."""
    if all(isinstance(t, NonNullTypeNode) for t in types):
        inner = merge_output(draft, [t.type for t in types if isinstance(t, NonNullTypeNode)])
        return NonNullTypeNode(type=inner) if inner is not None else None
    bare = [t.type if isinstance(t, NonNullTypeNode) else t for t in types]
    if all(isinstance(t, ListTypeNode) for t in bare):
        inner = merge_output(draft, [t.type for t in bare if isinstance(t, ListTypeNode)])
        return ListTypeNode(type=inner) if inner is not None else None
    if not all(isinstance(t, NamedTypeNode) for t in bare):
        return None
    names = sorted({named(t) for t in bare})
    widest = next((n for n in names if all(draft.is_subtype(other, n) for other in names)), None)
    return next((t for t in bare if named(t) == widest), None)


def merge_input(types: list[TypeNode]) -> TypeNode | None:
    """The widest type whose every value all of ``types`` accept; None if there is none."""
    bare = [t.type if isinstance(t, NonNullTypeNode) else t for t in types]
    merged: TypeNode | None
    if all(isinstance(t, ListTypeNode) for t in bare):
        inner = merge_input([t.type for t in bare if isinstance(t, ListTypeNode)])
        merged = ListTypeNode(type=inner) if inner is not None else None
    elif all(isinstance(t, NamedTypeNode) for t in bare) and len({named(t) for t in bare}) == 1:
        merged = bare[0]
    else:
        merged = None
    if merged is not None and any(isinstance(t, NonNullTypeNode) for t in types):
        assert isinstance(merged, ListTypeNode | NamedTypeNode)
        return NonNullTypeNode(type=merged)
    return merged


def is_required(given: InputSource) -> bool:
    return isinstance(given.type, NonNullTypeNode) and given.node.default_value is None
