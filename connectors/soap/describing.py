"""What a WSDL says of its operations, in the words that mapping asks in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

from connectors.backend import Described, DescribedOperation, Shape
from connectors.fields_on_demand import FieldsOnDemand
from connectors.soap.shape import (
    TEXT,
    ElementShape,
    Kind,
    MessageShape,
    OperationShape,
    SimpleShape,
    TypeShape,
)

_SHAPES: dict[Kind, tuple[Shape, str]] = {
    "string": ("string", ""),
    "integer": ("integer", ""),
    "number": ("number", ""),
    "boolean": ("boolean", ""),
    "date": ("string", "date"),
    "datetime": ("string", "date-time"),
    "binary": ("string", "byte"),
}
_READS = re.compile(
    r"(?i:get|query|find|list|search|read|lookup|verify|check|select|fetch|count|show|is|has)(?![a-z])"
)


def describe(operation: OperationShape) -> DescribedOperation:
    """``writes`` is guessed by the name, since WSDL doesn't say: a manifest decides by declaring a query or
    a mutation.
    """
    describing = _Describing()
    return DescribedOperation(
        operation.name,
        operation.description,
        describing.inputs(operation.input),
        describing.answer(operation.output),
        writes=_READS.match(operation.name) is None,
    )


class _Describing:
    """One operation's types, each described once."""

    def __init__(self) -> None:
        self._lazy: dict[int, FieldsOnDemand] = {}

    def inputs(self, message: MessageShape) -> Mapping[str, Described]:
        root = message.root
        if root is None:
            return {part.local: self.element(part) for part in message.parts}
        return dict(self.fields(root.type))

    def answer(self, message: MessageShape | None) -> Described:
        if message is None or not message.parts:
            return Described("opaque")
        if message.root is None:
            return Described("object", fields={part.local: self.element(part) for part in message.parts})
        return self.of_type(message.root.type, message.root.description)

    def element(self, element: ElementShape) -> Described:
        one = self.of_type(element.type, element.description, element.enum)
        return Described("list", element.description, item=one) if element.repeated else one

    def of_type(self, type_: TypeShape, description: str = "", enum: tuple[str, ...] = ()) -> Described:
        description = description or type_.description
        if type_.text is not None and not type_.attributes:
            return _simple(type_.text, description, enum)
        if not type_.elements and not type_.attributes:
            return Described("opaque" if type_.open else "object", description)
        lazy = self._lazy.get(id(type_))
        if lazy is None:
            lazy = self._lazy[id(type_)] = FieldsOnDemand(partial(self.fields, type_))
        return Described("object", description, fields=lazy)

    def fields(self, type_: TypeShape) -> dict[str, Described]:
        found = {f"@{item.local}": _simple(item.value, item.description) for item in type_.attributes}
        if type_.text is not None and type_.attributes:
            found[TEXT] = _simple(type_.text, "")
        found.update((item.local, self.element(item)) for item in type_.elements)
        return found


def _simple(shape: SimpleShape, description: str, enum: tuple[str, ...] = ()) -> Described:
    kind, format_ = _SHAPES[shape.kind]
    one = Described(kind, description or shape.description, enum=enum or shape.enum, format=format_)
    return Described("list", one.description, item=one) if shape.many else one
