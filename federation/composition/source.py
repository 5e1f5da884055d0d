"""One subgraph as plain tables, in federation's own words, whatever its SDL calls them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from graphql import (
    ConstDirectiveNode,
    DirectiveDefinitionNode,
    DocumentNode,
    EnumValueDefinitionNode,
    FieldDefinitionNode,
    InputValueDefinitionNode,
    Node,
    StringValueNode,
    TypeNode,
)

from federation.composition.links import Links
from federation.fieldsets import Need


class Kind(StrEnum):
    """The six kinds of named types."""

    OBJECT = "object"
    INTERFACE = "interface"
    UNION = "union"
    ENUM = "enum"
    INPUT = "input object"
    SCALAR = "scalar"


Carried = tuple[ConstDirectiveNode, ...]


@dataclass(frozen=True, slots=True)
class FieldSet:
    """A field set as written; ``needs`` is None where it does not parse. ``is_string``: it is written as one;
    ``directives``: some stand in it."""

    text: str
    needs: tuple[Need, ...] | None
    is_string: bool = True
    directives: bool = False


@dataclass(frozen=True, slots=True)
class Key:
    """``extension``: on ``extend type``, or on a type with ``@extends``."""

    fields: FieldSet
    resolvable: bool
    node: Node
    extension: bool = False


@dataclass(frozen=True, slots=True)
class InputSource:
    """An argument or a field of an input object. ``from_context``: what ``@fromContext`` says."""

    name: str
    type: TypeNode
    node: InputValueDefinitionNode
    inaccessible: bool
    carried: Carried = ()
    from_context: str | None = None


@dataclass(slots=True, eq=False)
class FieldSource:
    """A field as its subgraph declares it. ``arguments`` are those that a client gives."""

    name: str
    type: TypeNode
    arguments: dict[str, InputSource]
    node: FieldDefinitionNode
    external: bool = False
    shareable: bool = False
    inaccessible: bool = False
    requires: FieldSet | None = None
    provides: FieldSet | None = None
    override_from: str | None = None
    override_label: str | None = None
    carried: Carried = ()
    cache_tags: tuple[str, ...] = ()
    context_arguments: dict[str, InputSource] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class TypeSource:
    """A type as its subgraph declares it, extensions folded in. An ``@interfaceObject`` is of the kind
    interface, which it is in the graph. ``nodes``: the definition and its extensions, as they stand."""

    name: str
    kind: Kind
    nodes: list[Node]
    description: StringValueNode | None = None
    fields: dict[str, FieldSource] = field(default_factory=dict)
    inputs: dict[str, InputSource] = field(default_factory=dict)
    interfaces: list[str] = field(default_factory=list)
    members: list[str] = field(default_factory=list)
    values: dict[str, EnumValueDefinitionNode] = field(default_factory=dict)
    value_carried: dict[str, Carried] = field(default_factory=dict)
    hidden_values: set[str] = field(default_factory=set)
    keys: list[Key] = field(default_factory=list)
    inaccessible: bool = False
    interface_object: bool = False
    extends: bool = False
    one_of: bool = False
    contexts: list[str] = field(default_factory=list)
    carried: Carried = ()
    cache_tags: tuple[str, ...] = ()
    specified_by: ConstDirectiveNode | None = None

    @property
    def node(self) -> Node:
        return self.nodes[0]


@dataclass(slots=True, eq=False)
class SubgraphSource:
    """A subgraph as read. ``version`` 1 means: no federation link, read leniently. ``composed``: its custom
    directives that the supergraph keeps. ``used``: (type, field) of everything that its keys, requirements and
    provisions name; ``provided``: of what is external and provided. ``digests``: of what it says of each type."""

    name: str
    version: int
    types: dict[str, TypeSource]
    document: DocumentNode
    links: Links
    composed: dict[str, ConstDirectiveNode] = field(default_factory=dict)
    definitions: dict[str, DirectiveDefinitionNode] = field(default_factory=dict)
    used: frozenset[tuple[str, str]] = frozenset()
    provided: frozenset[tuple[str, str]] = frozenset()
    digests: dict[str, bytes] = field(default_factory=dict)
