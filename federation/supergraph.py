"""What a set of subgraphs is together: the API schema, and per subgraph who answers what by which key.

Made once by ``compose``, read by planning and execution, never changed. It knows no request and no address.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from graphql import GraphQLSchema

from federation.fieldsets import Need

Coordinate = str
"""``Type.field``."""


@dataclass(frozen=True, slots=True)
class KeyView:
    """One ``@key`` of a type in one subgraph."""

    needs: tuple[Need, ...]
    resolvable: bool = True

    def __str__(self) -> str:
        return " ".join(map(str, self.needs))


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field as one subgraph has it. ``answers``: it resolves the field (given what ``requires`` names)."""

    name: str
    type: str
    named: str
    depth: int
    leaf: bool
    answers: bool = True
    requires: tuple[Need, ...] = ()
    external: bool = False

    @property
    def plain(self) -> bool:
        """It can be asked wherever the parent object is at hand."""
        return self.answers and not self.requires


@dataclass(frozen=True, slots=True)
class TypeView:
    """A composite type as one subgraph has it; ``possible`` are its object types there (itself, for an
    object)."""

    name: str
    abstract: bool
    fields: Mapping[str, FieldView]
    keys: tuple[KeyView, ...]
    possible: tuple[str, ...]


SubgraphView = Mapping[str, TypeView]
"""The composite types of one subgraph by name."""


@dataclass(frozen=True, slots=True)
class MergedField:
    """A field in the whole graph, inaccessible ones included. ``leaf``: a scalar or an enum."""

    name: str
    named: str
    depth: int
    leaf: bool


@dataclass(frozen=True, eq=False)
class Supergraph:
    """The composed graph. ``api_schema`` is what clients see; ``full_schema`` also has what is inaccessible
    to them."""

    names: tuple[str, ...]
    hash: str
    api_schema: GraphQLSchema
    api_sdl: str
    full_schema: GraphQLSchema
    views: Mapping[str, SubgraphView]
    fields: Mapping[str, Mapping[str, MergedField]]
    """By composite type and field name."""
    possible: Mapping[str, tuple[str, ...]]
    """The object types of each composite type, over all subgraphs."""
    owners: Mapping[Coordinate, tuple[str, ...]]
    """Which subgraphs answer a field, sorted."""
    keys: Mapping[tuple[str, str], tuple[KeyView, ...]]
    """By (type, subgraph)."""
    external: frozenset[tuple[str, Coordinate]]
    """(subgraph, coordinate) declared but not answered there."""
    requires: Mapping[tuple[str, Coordinate], tuple[Need, ...]]
    field_descriptions: Mapping[Coordinate, str]
    clashing: frozenset[Coordinate]
    """Fields that cannot share a response key with their namesakes on sibling types (GraphQL, Field
    Selection Merging)."""
    field_names: frozenset[str]
    reserved: frozenset[str]
    """Names that keys and requirements use: in a response their plain spelling means the field without
    arguments."""
    memo: dict[object, object] = field(default_factory=dict, repr=False)
    """Facts derived from the above by planning, kept for the next plan; never part of the value."""

    @property
    def coordinates(self) -> Iterator[Coordinate]:
        """Every ``Type.field`` of the API, sorted by type."""
        for name, kind in sorted(self.api_schema.type_map.items()):
            if not name.startswith("__"):
                yield from (f"{name}.{f}" for f in getattr(kind, "fields", ()) if name in self.fields)
