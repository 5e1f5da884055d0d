"""What a set of subgraphs is together: the API schema, and per subgraph who answers what by which key.

Made once by ``compose``, read by planning and execution, never changed. It knows no request and no address.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256

from graphql import DocumentNode, GraphQLSchema, print_ast, print_schema

from federation.access import Demand
from federation.cost import Costs
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
class Guard:
    """A progressive ``@override``: the field is answered here only while the label is (in)active for the
    request."""

    label: str
    active: bool


@dataclass(frozen=True, slots=True)
class ContextualArgument:
    """An argument that ``@fromContext`` fills: with what ``needs`` names of the nearest object above that sets
    ``context``, one leaf for each of its types. ``type`` is the argument's in this subgraph."""

    name: str
    type: str
    context: str
    needs: tuple[Need, ...]


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field as one subgraph has it. ``answers``: it resolves the field (given what ``requires`` names).

    ``type`` is the type in this subgraph, which may differ from the merged one in nullability and may be a
    subtype of it. ``provides`` (``@provides``): what the subgraph also answers below this field, external or
    not. ``guard``: ``answers`` holds only under that condition. ``overrides``: the subgraph it was taken from.
    ``contextual``: arguments that ``@fromContext`` fills.
    """

    name: str
    type: str
    named: str
    depth: int
    leaf: bool
    answers: bool = True
    requires: tuple[Need, ...] = ()
    external: bool = False
    provides: tuple[Need, ...] = ()
    guard: Guard | None = None
    overrides: str = ""
    contextual: tuple[ContextualArgument, ...] = ()

    @property
    def plain(self) -> bool:
        """It can be asked wherever the parent object is at hand."""
        return self.answers and not self.needy

    @property
    def needy(self) -> bool:
        """It is answered in an entity call only, with what it requires or takes from a context."""
        return bool(self.requires or self.contextual)


@dataclass(frozen=True, slots=True)
class TypeView:
    """A composite type as one subgraph has it; ``possible`` are its object types there (itself, for an
    object).

    An abstract type with ``keys`` is an entity interface. ``interface_object``: an interface of the graph
    that this subgraph knows as an object only (``abstract`` is false, ``possible`` is the interface's own
    name): it can tell neither ``__typename`` nor take type conditions.
    """

    name: str
    abstract: bool
    fields: Mapping[str, FieldView]
    keys: tuple[KeyView, ...]
    possible: tuple[str, ...]
    interface_object: bool = False
    interfaces: tuple[str, ...] = ()


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
    document: DocumentNode = field(repr=False)
    """The supergraph SDL (``join`` specification), parsed."""
    api_schema: GraphQLSchema
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
    interface_objects: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By interface: the subgraphs that have it as an ``@interfaceObject``."""
    override_labels: Mapping[str, float | None] = field(default_factory=dict)
    """Labels of progressive ``@override`` with their share in percent (``percent(20)`` → 20.0), or None for
    those that somebody else decides."""
    contexts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By context (``subgraph__name``): the object types that set it, over all subgraphs."""
    demands: Mapping[Coordinate, Demand] = field(default_factory=dict)
    """What a field on an object type demands of a caller; ``Type.__typename`` stands for the type itself."""
    costs: Costs = field(default_factory=Costs)
    """What ``@cost`` and ``@listSize`` say."""
    urls: Mapping[str, str] = field(default_factory=dict)
    """Where each subgraph answers, as far as anyone said."""
    memo: dict[object, object] = field(default_factory=dict, repr=False)
    """Facts derived from the above by planning, kept for the next plan; never part of the value."""

    @cached_property
    def sdl(self) -> str:
        """The supergraph SDL that any router of the ``join`` specification serves."""
        return print_ast(self.document) + "\n"

    @cached_property
    def sdl_hash(self) -> str:
        """SHA-256 of ``sdl``, in hexadecimal: equal for equal graphs, whether composed here or read from a file that is laid
        out in another way. ``hash`` costs no printing, and is of what the graph was made of."""
        return sha256(self.sdl.encode()).hexdigest()

    @cached_property
    def api_sdl(self) -> str:
        """The schema that clients see."""
        return print_schema(self.api_schema)

    @property
    def coordinates(self) -> Iterator[Coordinate]:
        """Every ``Type.field`` of the API, sorted by type."""
        for name, kind in sorted(self.api_schema.type_map.items()):
            if not name.startswith("__"):
                yield from (f"{name}.{f}" for f in getattr(kind, "fields", ()) if name in self.fields)
