"""What a WSDL says of its operations, in the words that mapping asks in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from connectors.backend import Described, DescribedOperation, Shape
from connectors.fields_on_demand import FieldsOnDemand
from connectors.soap.shape import (
    TEXT,
    TYPE,
    ElementShape,
    Kind,
    MessageShape,
    OperationShape,
    SimpleShape,
    TypeShape,
)

_SHAPES: dict[Kind, Shape] = {
    "string": "string",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "date": "string",
    "datetime": "string",
    "binary": "string",
}
_FORMATS: dict[str, str] = {
    "date": "date",
    "dateTime": "date-time",
    "dateTimeStamp": "date-time",
    "timeInstant": "date-time",
    "base64Binary": "byte",
    "time": "time",
    "duration": "duration",
    "dayTimeDuration": "duration",
    "yearMonthDuration": "duration",
    "gYear": "year",
    "gYearMonth": "year-month",
    "gMonthDay": "month-day",
    "gMonth": "month",
    "gDay": "day",
    "hexBinary": "hex",
    "anyURI": "uri",
    "int": "int32",
    "unsignedInt": "int64",
    "long": "int64",
    "integer": "int64",
    "nonNegativeInteger": "int64",
    "positiveInteger": "int64",
    "nonPositiveInteger": "int64",
    "negativeInteger": "int64",
    "unsignedLong": "int64",
    "decimal": "decimal",
    "float": "float",
    "double": "double",
}
"""By built-in type; whole numbers without bounds are taken for such of 64 bits."""
_READS = re.compile(
    r"(?i:get|query|find|list|search|read|lookup|verify|check|select|fetch|count|show|view|retrieve|inquire|enquire"
    r"|describe|download|ping|echo|is|has|exists|hae|hole|lese|suche)(?![a-z])"
    r"|(?i:consult|interroga|ricerca|visualizza|elenco|dettaglio|obtener|buscar|listar|recherche|chaxun|huoqu)"
    r"|查询|获取|查找|检索|读取|查看|核验|校验|下载"
)
"""Names that begin so read; everything else may change something."""


def describe(operation: OperationShape) -> DescribedOperation:
    """One operation by itself."""
    return Describing().operation(operation)


def reads(name: str) -> bool:
    """Whether an operation's name says that it only reads. A port's name before it says nothing."""
    return _READS.match(name.rpartition(".")[2].lstrip("_0123456789")) is not None


class OpenFields(FieldsOnDemand):
    """The described fields of a type in which others may stand too."""

    def __contains__(self, key: object) -> bool:
        return True

    def __getitem__(self, key: str) -> Described:
        return self._fields().get(key) or Described("opaque")

    def get(self, key: str, default: Any = None) -> Any:
        return self[key]


class Describing:
    """A description's types, each described once, whatever operations share it.

    ``asked``: as what is given: without what the schema fixes, and with the member that picks a derived type.
    """

    def __init__(self, *, asked: bool = False) -> None:
        self._asked = asked
        self._lazy: dict[int, FieldsOnDemand] = {}

    def operation(self, operation: OperationShape) -> DescribedOperation:
        """``writes`` is guessed by the name, since WSDL doesn't say: a manifest decides by declaring a query or a
        mutation.
        """
        return DescribedOperation(
            operation.name,
            operation.description,
            self.inputs(operation.input),
            self.answer(operation.output),
            writes=not reads(operation.name),
        )

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
        one = self.of_type(element.type, element.description)
        return Described("list", element.description, item=one) if element.repeated else one

    def of_type(self, type_: TypeShape, description: str = "") -> Described:
        description = description or type_.description
        if type_.text is not None and not type_.attributes:
            return _simple(type_.text, description)
        lazy = self._lazy.get(id(type_))
        if lazy is None:
            if not type_.elements and not type_.attributes and not type_.derived:
                return Described("opaque" if type_.open else "object", description)
            made = OpenFields if type_.open or type_.open_attributes else FieldsOnDemand
            lazy = self._lazy[id(type_)] = made(partial(self.fields, type_))
        required = {element.local for element in type_.elements if self._is_required(element)}
        required |= {f"@{item.local}" for item in type_.attributes if item.required}
        name = type_.name if type_.qname else ""
        is_open = type_.open or type_.open_attributes
        return Described("object", description, lazy, name=name, required=frozenset(required), open=is_open)

    def _is_required(self, element: ElementShape) -> bool:
        return not element.optional and not (self._asked and (element.nillable or element.repeated))

    def fields(self, type_: TypeShape) -> dict[str, Described]:
        """Its own, and those of the types that may stand in its place."""
        found: dict[str, Described] = {}
        for each in (type_, *type_.derived):
            for item in each.attributes:
                if self._asked and item.fixed is not None:
                    continue
                found.setdefault(f"@{item.local}", _simple(item.value, item.description))
            if each.text is not None or each.mixed:
                found.setdefault(TEXT, _simple(each.text or SimpleShape(), ""))
            for element in each.elements:
                fixed = self._asked and element.fixed is not None and not element.optional
                if element.local not in found and not fixed:
                    found[element.local] = self.element(element)
        if self._asked and type_.derived:
            concrete = (each.name for each in (type_, *type_.derived) if not each.abstract)
            found[TYPE] = Described("string", enum=tuple(concrete), name=f"{type_.name}Kind")
        return found


def _simple(shape: SimpleShape, description: str) -> Described:
    description = description or shape.description
    format_ = _FORMATS.get(shape.xsd, "")
    one = Described(_SHAPES[shape.kind], description, enum=shape.enum, format=format_)
    return Described("list", description, item=one) if shape.many else one
