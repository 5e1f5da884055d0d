"""The subgraphs side by side, before merging: what the rules look at."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from functools import partial

from graphql import ListTypeNode, NamedTypeNode, NonNullTypeNode, TypeNode

from federation.composition.source import FieldSource, InputSource, Kind, SubgraphSource, TypeSource
from federation.memo import Memo

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


Fields = list[tuple[str, list[DeclaredField]]]
"""Field name → its declarations."""


@dataclass(slots=True, eq=False)
class Draft:
    """All sources in the order of merging, and the indexes that rules share."""

    sources: tuple[SubgraphSource, ...]
    types: dict[str, list[Declared]] = field(default_factory=dict)
    possible: dict[str, set[str]] = field(default_factory=dict)
    overridden: set[tuple[str, str, str]] = field(default_factory=set)
    """(subgraph, type, field) whose answer another subgraph has taken over."""
    guarded: dict[tuple[str, str, str], str] = field(default_factory=dict)
    """(subgraph, type, field) that another subgraph takes over while the label is active."""
    used: dict[str, Set[tuple[str, str]]] = field(default_factory=dict)
    """By subgraph: (type, field) that its keys, requirements and provisions name."""
    provided: set[tuple[str, str, str]] = field(default_factory=set)
    """(subgraph, type, field) of external fields that some ``@provides`` names."""
    possible_in: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    """By abstract type and subgraph: the object types that the subgraph knows it to be."""
    hidden: frozenset[str] = frozenset()
    """Types that some subgraph declares inaccessible."""
    inputs: frozenset[str] = frozenset()
    """Types used in arguments and in input objects."""
    outputs: frozenset[str] = frozenset()
    """Types of fields."""
    _fields: dict[str, Fields] = field(default_factory=dict)

    @classmethod
    def of(cls, sources: Iterable[SubgraphSource], memo: Memo | None = None) -> Draft:
        """In the order of the sources."""
        memo = memo or Memo()
        draft = cls(tuple(sources))
        uses: list[Uses] = []
        for source in draft.sources:
            draft.used[source.name] = source.used
            draft.provided.update((source.name, *at) for at in source.provided)
            uses.append(memo.get("uses", (source,), None, partial(_uses, source)))
            for name, declared in source.types.items():
                draft.types.setdefault(name, []).append(Declared(source, declared))
                draft._note_possible(source.name, declared)
        draft.types = dict(sorted(draft.types.items()))
        draft.hidden = frozenset(
            n for n, found in draft.types.items() if any(d.type.inaccessible for d in found)
        )
        draft.inputs = frozenset().union(*(each.inputs for each in uses))
        draft.outputs = frozenset().union(*(each.outputs for each in uses))
        for source, found in zip(draft.sources, uses, strict=True):
            draft._note_overrides(source, found)
        return draft

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self.used)

    def _note_overrides(self, source: SubgraphSource, found: Uses) -> None:
        for name, child in found.overriding:
            if child.override_from and child.override_from != source.name:
                at = (child.override_from, name, child.name)
                if child.override_label is None:
                    self.overridden.add(at)
                else:
                    self.guarded[at] = child.override_label

    def _note_possible(self, subgraph: str, declared: TypeSource) -> None:
        if declared.kind is Kind.UNION:
            self.possible_in.setdefault(declared.name, {})[subgraph] = set(declared.members)
            self.possible.setdefault(declared.name, set()).update(declared.members)
        elif declared.kind is Kind.INTERFACE:
            self.possible.setdefault(declared.name, set())
            for interface in declared.interfaces:
                self.possible.setdefault(interface, set()).add(declared.name)
        elif declared.kind is Kind.OBJECT:
            for interface in declared.interfaces:
                self.possible_in.setdefault(interface, {}).setdefault(subgraph, set()).add(declared.name)
                self.possible.setdefault(interface, set()).add(declared.name)

    def runtime_types(self, subgraph: SubgraphSource, name: str) -> frozenset[str]:
        """The object types that a field of this type may give in a subgraph; none for a leaf and an interface object."""
        declared = subgraph.types.get(name)
        if declared is None or declared.interface_object:
            return frozenset()
        if declared.kind is Kind.OBJECT:
            return frozenset({name})
        return frozenset(self.possible_in.get(name, {}).get(subgraph.name, ()))

    def hidden_values(self, name: str) -> frozenset[str]:
        """Of an enum: the values that some subgraph declares inaccessible."""
        return frozenset(v for d in self.types.get(name, ()) for v in d.type.hidden_values)

    def kind(self, name: str) -> Kind | None:
        if name in BUILT_IN:
            return Kind.SCALAR
        found = self.types.get(name)
        return found[0].type.kind if found else None

    def fields_of(self, name: str) -> Fields:
        """The fields of an object or interface type with their declarations; of another kind none."""
        known = self._fields.get(name)
        if known is None:
            found: dict[str, list[DeclaredField]] = {}
            declared = self.types[name]
            if declared[0].type.kind in (Kind.OBJECT, Kind.INTERFACE):
                for each in declared:
                    for child in each.type.fields.values():
                        found.setdefault(child.name, []).append(
                            DeclaredField(each.subgraph, each.type, child)
                        )
            known = self._fields[name] = list(found.items())
        return known

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


@dataclass(frozen=True, slots=True)
class Uses:
    """What one subgraph uses where, and the fields with ``@override``."""

    inputs: frozenset[str]
    outputs: frozenset[str]
    overriding: tuple[tuple[str, FieldSource], ...]


def _uses(source: SubgraphSource) -> Uses:
    inputs: set[str] = set()
    outputs: set[str] = set()
    overriding: list[tuple[str, FieldSource]] = []
    for declared in source.types.values():
        for child in declared.fields.values():
            outputs.add(named(child.type))
            inputs.update(named(given.type) for given in child.arguments.values())
            if child.override_from is not None:
                overriding.append((declared.name, child))
        inputs.update(named(given.type) for given in declared.inputs.values())
    return Uses(frozenset(inputs), frozenset(outputs), tuple(overriding))


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
