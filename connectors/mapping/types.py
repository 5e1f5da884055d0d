"""The graph that a manifest draws: its types and fields, with what the description adds (default types,
words).

Must never: guess a type that neither says; such a field is a finding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from graphql import ListTypeNode, NamedTypeNode, NameNode, NonNullTypeNode, TypeNode

from connectors.backend import Described
from connectors.expressions.paths import names, parse_path
from connectors.manifest.model import Field, InputDeclaration, TypeDeclaration, Words
from connectors.manifest.type_names import name_of as name_of

Origin = Literal["own", "call", "key", "external", "issued", "matter"]
"""Where a field's value comes from: the answer, a call of its own, the representation, another subgraph, the
number of a transaction, the gateway.
"""

SCALARS: Mapping[str, Words] = {
    "Date": Words("日期,yyyy-MM-dd", "A day, yyyy-MM-dd"),
    "DateTime": Words("时刻,ISO 8601 格式并带时区", "A moment, ISO 8601 with its offset"),
    "Decimal": Words("十进制数,以字符串表示,不失精度", "A decimal number as a string, exact"),
    "Long": Words("64 位整数", "A whole number of 64 bits"),
    "Secret": Words("口令等,只进不出", "A password or the like: goes in, never comes out"),
    "JSON": Words("未作描述的数据", "Data that nobody has described"),
}
BUILT_IN = ("String", "ID", "Int", "Float", "Boolean")

MISSING = Described("opaque", "\0missing")
"""The description is sure that there is nothing at this path."""

_DEFAULTS: Mapping[str, str] = {
    "string": "String",
    "integer": "Int",
    "number": "Float",
    "boolean": "Boolean",
}


def named(name: str) -> NamedTypeNode:
    return NamedTypeNode(name=NameNode(value=name))


def required(name: str) -> NonNullTypeNode:
    return NonNullTypeNode(type=named(name))


@dataclass(slots=True)
class MappedField:
    """A field of a mapped type, its type settled."""

    owner: str
    name: str
    type: TypeNode
    spec: Field
    origin: Origin
    described: list[Described] = field(default_factory=list)
    words: str = ""

    @property
    def coordinate(self) -> str:
        return f"{self.owner}.{self.name}"


@dataclass(slots=True)
class MappedType:
    """An object type. ``key`` empty: a value type, shareable."""

    name: str
    key: tuple[str, ...]
    resolvable: bool
    declaration: TypeDeclaration
    fields: dict[str, MappedField] = field(default_factory=dict)
    words: str = ""


@dataclass(slots=True)
class MappedGraph:
    """Everything that a manifest puts into the graph."""

    types: dict[str, MappedType] = field(default_factory=dict)
    enums: dict[str, TypeDeclaration] = field(default_factory=dict)
    unions: dict[str, TypeDeclaration] = field(default_factory=dict)
    """Types that are one of several; those with fields are interfaces."""
    inputs: Mapping[str, InputDeclaration] = field(default_factory=dict)
    query: dict[str, MappedField] = field(default_factory=dict)
    mutation: dict[str, MappedField] = field(default_factory=dict)

    def owners(self) -> Iterator[tuple[str, Mapping[str, MappedField]]]:
        """Every type with fields, the roots included."""
        yield "Query", self.query
        yield "Mutation", self.mutation
        for name, mapped in self.types.items():
            yield name, mapped.fields

    def implemented_by(self, name: str) -> list[str]:
        """The interfaces that a type has."""
        return [
            union.name
            for union in self.unions.values()
            if union.fields and union.one_of is not None and name in union.one_of.types.values()
        ]

    def scalar_names(self) -> frozenset[str]:
        """The custom scalars in use."""
        used: set[str] = set()
        for _, fields in self.owners():
            for found in fields.values():
                used.add(name_of(found.type))
                used.update(name_of(arg.type) for arg in found.spec.args)
        for declared in self.inputs.values():
            used.update(name_of(found.type) for found in declared.fields.values())
        return frozenset(used & set(SCALARS))


def at(described: Described, path: str) -> Described:
    """What the description says of the value at ``path``; ``MISSING`` if it is sure that there is none."""
    return walk(described, names(parse_path(path)))


def walk(described: Described, steps: tuple[str, ...]) -> Described:
    for step in steps:
        while described.shape == "list" and described.item is not None:
            described = described.item
        if described.shape == "opaque" or (described.shape == "object" and not described.fields):
            return described
        if described.shape != "object" or step not in described.fields:
            return MISSING
        described = described.fields[step]
    return described


def element(described: Described) -> Described:
    """The element of a list (of lists), or the thing itself."""
    while described.shape == "list" and described.item is not None:
        described = described.item
    return described


def default_type(described: Described) -> TypeNode | None:
    """None for what only a declared type can tell."""
    if described.shape == "list" and described.item is not None:
        item = default_type(described.item)
        return None if item is None else ListTypeNode(type=NonNullTypeNode(type=item))
    name = _DEFAULTS.get(described.shape)
    return None if name is None else named(name)


def told(words: Words, described: str) -> str:
    """The manifest's words, else the description's own."""
    return words.both or " ".join(described.split())
