"""What an XSD says of elements and types, reduced to what writing a request and reading an answer need.

Built once from zeep's model (``reading``), then only read. Types may contain themselves, so a ``TypeShape``
is filled after it was made and compared by identity.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["string", "integer", "number", "boolean", "date", "datetime", "binary"]

TEXT = "#text"
"""The key of an element's own text where the element also has attributes."""


@dataclass(frozen=True, slots=True)
class SimpleShape:
    """A value without structure. ``many`` is xs:list: values parted by blanks."""

    kind: Kind = "string"
    enum: tuple[str, ...] = ()
    many: bool = False
    description: str = ""


@dataclass(frozen=True, slots=True)
class AttributeShape:
    """``qname`` is in Clark's notation: ``{namespace}local``."""

    local: str
    qname: str
    value: SimpleShape
    description: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class ElementShape:
    """``repeated`` if it, or a group around it, may occur more than once."""

    local: str
    qname: str
    type: TypeShape
    repeated: bool = False
    nillable: bool = False
    optional: bool = False
    description: str = ""
    enum: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class TypeShape:
    """``text`` is set for values, and for values with attributes; ``open`` where anything may follow
    (xs:any, xs:anyType).
    """

    name: str = ""
    elements: tuple[ElementShape, ...] = ()
    attributes: tuple[AttributeShape, ...] = ()
    text: SimpleShape | None = None
    open: bool = False
    description: str = ""
    by_local: Mapping[str, ElementShape] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"TypeShape({self.name!r})"


@dataclass(frozen=True, slots=True, eq=False)
class MessageShape:
    """What stands in ``soap:Body``: for rpc one wrapper of the operation's name; for document the parts'
    elements.
    """

    parts: tuple[ElementShape, ...]

    @property
    def root(self) -> ElementShape | None:
        """The only part, whose content is what a manifest's ``body`` and paths speak of."""
        return self.parts[0] if len(self.parts) == 1 else None


@dataclass(frozen=True, slots=True, eq=False)
class OperationShape:
    """One operation of the chosen port. ``output`` is None for one-way operations."""

    name: str
    action: str
    style: Literal["document", "rpc"]
    input: MessageShape
    output: MessageShape | None
    faults: Mapping[str, ElementShape]
    headers: tuple[ElementShape, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class WsdlShape:
    """A port of a WSDL. ``findings`` name what could not be read; ``types`` are for ``xsi:type``."""

    version: Literal["1.1", "1.2"]
    operations: Mapping[str, OperationShape]
    types: Mapping[str, TypeShape]
    findings: tuple[str, ...] = ()
    path: str = ""
    """The path of the port's own address: where an endpoint that is a bare host is meant to be asked."""

    def __iter__(self) -> Iterator[OperationShape]:
        return iter(self.operations.values())
