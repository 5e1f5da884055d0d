"""What an XSD says of elements and types, reduced to what writing a request and reading an answer need.

Built once from a description (``reading``, ``shaping``), then only read. Types may contain themselves, so a
``TypeShape`` is filled after it was made and compared by identity.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from connectors.manifest.findings import Finding

Kind = Literal["string", "integer", "number", "boolean", "date", "datetime", "binary"]
Version = Literal["1.1", "1.2"]
Style = Literal["document", "rpc"]

TEXT = "#text"
"""The key of an element's own text where the element also has attributes, or other elements around it."""
TYPE = "@xsi:type"
"""The key that picks one of a type's derived types in a request: its name without the namespace."""


@dataclass(frozen=True, slots=True)
class SimpleShape:
    """A value without structure. ``many`` is xs:list: values parted by blanks. ``xsd``: the built-in type that it
    comes of, without its namespace.
    """

    kind: Kind = "string"
    enum: tuple[str, ...] = ()
    many: bool = False
    description: str = ""
    xsd: str = "string"


@dataclass(frozen=True, slots=True)
class AttributeShape:
    """``local`` is its key without the ``@``; ``qname`` is in Clark's notation: ``{namespace}local``."""

    local: str
    qname: str
    value: SimpleShape
    description: str = ""
    required: bool = False
    fixed: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ElementShape:
    """``local`` is its key in trees: its name without the namespace, with a number where two namespaces have the
    same one. ``repeated`` if it, or a group around it, may occur more than once; ``optional`` if it, or a group
    around it, need not occur.
    """

    local: str
    qname: str
    type: TypeShape
    repeated: bool = False
    nillable: bool = False
    optional: bool = False
    description: str = ""
    fixed: str | None = None


@dataclass(slots=True, eq=False)
class TypeShape:
    """``text`` is set for values, and for values with attributes. ``open`` where any element may follow (xs:any,
    xs:anyType), ``open_attributes`` for xs:anyAttribute; ``mixed``: text stands between the elements.

    ``derived``: the types that may stand in its place by ``xsi:type``. ``item``: the element that a SOAP-encoded
    array's children are, whatever they are called. ``rounds``: keys that alternate in a repeated sequence.
    """

    name: str = ""
    qname: str = ""
    elements: tuple[ElementShape, ...] = ()
    attributes: tuple[AttributeShape, ...] = ()
    text: SimpleShape | None = None
    open: bool = False
    open_attributes: bool = False
    mixed: bool = False
    abstract: bool = False
    description: str = ""
    derived: tuple[TypeShape, ...] = ()
    item: ElementShape | None = None
    rounds: tuple[tuple[str, ...], ...] = ()
    by_name: Mapping[str, ElementShape] = field(default_factory=dict)
    """By qname, and by name without namespace (the first of that name)."""
    attribute_keys: Mapping[str, str] = field(default_factory=dict)
    """qname → key with its ``@``."""

    def __repr__(self) -> str:
        return f"TypeShape({self.name!r})"


@dataclass(frozen=True, slots=True, eq=False)
class MessageShape:
    """What stands in ``soap:Body``: for rpc one wrapper of the operation's name; for document the parts'
    elements. ``encoded``: SOAP's section 5 encoding instead of the schema's literal form.
    """

    parts: tuple[ElementShape, ...]
    encoded: bool = False

    @property
    def root(self) -> ElementShape | None:
        """The only part, whose content is what a manifest's ``body`` and paths speak of."""
        return self.parts[0] if len(self.parts) == 1 else None


@dataclass(frozen=True, slots=True, eq=False)
class OperationShape:
    """One operation of a port. ``output`` is None for one-way operations; ``path`` is that of the port's address."""

    name: str
    action: str
    style: Style
    input: MessageShape
    output: MessageShape | None
    faults: Mapping[str, ElementShape]
    headers: tuple[ElementShape, ...] = ()
    description: str = ""
    version: Version = "1.1"
    path: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class WsdlShape:
    """The operations of a WSDL's ports. ``findings`` name what could not be read; ``types`` are for ``xsi:type``."""

    version: Version
    operations: Mapping[str, OperationShape]
    types: Mapping[str, TypeShape]
    findings: tuple[Finding, ...] = ()
    path: str = ""
    """The path of the first port's own address: where an endpoint that is a bare host is meant to be asked."""
    address: str = ""
    """The first port's own address, whole."""
    title: str = ""
    description: str = ""

    def __iter__(self) -> Iterator[OperationShape]:
        return iter(self.operations.values())
