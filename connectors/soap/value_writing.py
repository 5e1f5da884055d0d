"""Writing one element from a value that is only known at the request: text, numbers, lists, objects.

Elements stand in the schema's order and namespaces whatever order the value has them in. Must never: let a value
become markup; drop what a caller gave.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from typing import Any

from connectors.backend import ValueUnusable
from connectors.soap.known_schemas import SOAP_ENCODING
from connectors.soap.nodes import XSD
from connectors.soap.shape import TEXT, TYPE, AttributeShape, ElementShape, SimpleShape, TypeShape

XSI = "http://www.w3.org/2001/XMLSchema-instance"
_NAME = re.compile(r"(?:\{([^{}<>&\"]{1,400})\})?([^\W\d][\w.\-]{0,200})")
_ESCAPED = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord('"'): "&quot;", ord("\r"): "&#13;"}
_TEXT = {
    **_ESCAPED,
    **{code: None for code in range(32) if code not in (9, 10, 13)},
    0xFFFE: None,
    0xFFFF: None,
}
_ATTRIBUTE = {**_TEXT, 9: "&#9;", 10: "&#10;"}


@dataclass(slots=True)
class Prefixes:
    """Namespaces of one envelope, declared on its root."""

    bound: dict[str, str] = field(default_factory=dict)

    def name(self, qname: str) -> str:
        namespace, _, local = qname.rpartition("}")
        if not namespace:
            return local
        prefix = self.bound.setdefault(namespace[1:], f"n{len(self.bound)}")
        return f"{prefix}:{local}"

    def declarations(self) -> str:
        return "".join(
            f' xmlns:{prefix}="{escaped_attribute(namespace)}"' for namespace, prefix in self.bound.items()
        )

    def bind(self, type_: TypeShape, encoded: bool) -> None:
        """Every namespace that a value of the type could need, before the envelope's head is written."""
        if encoded:
            self.name(f"{{{XSD}}}string")
            self.name(f"{{{SOAP_ENCODING}}}Array")
        seen: set[int] = set()
        left = [type_]
        while left:
            found = left.pop()
            if id(found) in seen:
                continue
            seen.add(id(found))
            if encoded or found.derived:
                for each in (found, *found.derived):
                    self.name(each.qname)
            left.extend(found.derived)
            for attribute in found.attributes:
                self.name(attribute.qname)
            for element in found.elements:
                self.name(element.qname)
                left.append(element.type)


@dataclass(frozen=True, slots=True)
class ValueWriter:
    """``encoded``: SOAP's section 5 encoding, where elements tell their types."""

    prefixes: Prefixes
    encoded: bool = False

    def write(self, element: ElementShape, value: Any, *, root: bool = False) -> str:
        """A list repeats the element, or the one repeated child of its type. None is nil where that is allowed,
        nothing where the element need not be, else an empty element.

        Raises: ValueUnusable for what the element can't hold.
        """
        type_ = element.type
        if isinstance(value, list | tuple):
            return self._several(element, list(value))
        name = self.prefixes.name(element.qname)
        if value is None:
            if element.optional and not root:
                return ""
            return f'<{name} xsi:nil="true"/>' if element.nillable else f"<{name}></{name}>"
        if isinstance(value, Mapping):
            type_ = derived_type(type_, value)
            told = self.type_told(type_, element.type)
            attributes, content = self._object(type_, value, element.local)
            return f"<{name}{told}{attributes}>{content}</{name}>"
        if type_.text is None and type_.elements and not type_.mixed:
            raise ValueUnusable(f"{element.local} has elements: an object is needed")
        return f"<{name}{self.type_told(type_, type_)}>{written(value, type_.text)}</{name}>"

    def _several(self, element: ElementShape, values: list[Any]) -> str:
        type_ = element.type
        if type_.text is not None and type_.text.many and not any(isinstance(each, list) for each in values):
            text = " ".join(plain(each, type_.text) for each in values if each is not None)
            return self.write(element, text)
        if not element.repeated and len(type_.elements) == 1 and type_.elements[0].repeated:
            return self.write(element, {type_.elements[0].local: values})
        if not element.repeated and not type_.open and len(values) > 1:
            raise ValueUnusable(f"{element.local} does not repeat")
        # a null among several can't be left out: the others would move
        held = ElementShape(element.local, element.qname, type_, True, element.nillable)
        return "".join(self.write(held, each) for each in values)

    def type_told(self, type_: TypeShape, declared: TypeShape, items: int | None = None) -> str:
        """``xsi:type`` where the type is not the declared one, or the encoding asks for it."""
        if type_ is not declared and type_.qname:
            return f' xsi:type="{self.prefixes.name(type_.qname)}"'
        if not self.encoded:
            return ""
        if type_.text is not None:
            return f' xsi:type="{self.prefixes.name(type_.qname or f"{{{XSD}}}{type_.text.xsd}")}"'
        return f' xsi:type="{self.prefixes.name(type_.qname)}"' if type_.qname and not type_.item else ""

    def array_told(self, type_: TypeShape, length: int) -> str:
        """SOAP 1.1 section 5.4.2."""
        if type_.item is None or not self.encoded:
            return ""
        item = type_.item.type
        text = item.text
        of = item.qname or f"{{{XSD}}}{text.xsd if text is not None else 'anyType'}"
        name = self.prefixes.name
        array, attribute = name(f"{{{SOAP_ENCODING}}}Array"), name(f"{{{SOAP_ENCODING}}}arrayType")
        return f' xsi:type="{array}" {attribute}="{name(of)}[{length}]"'

    def _object(self, type_: TypeShape, value: Mapping[str, Any], owner: str) -> tuple[str, str]:
        known = {element.local: element for element in type_.elements}
        attributes = {f"@{item.local}": item for item in type_.attributes}
        for key in value:
            if key in known or key in attributes or key == TYPE or (key == TEXT and has_text(type_)):
                continue
            if not type_.open or not isinstance(key, str) or _NAME.fullmatch(key) is None:
                raise ValueUnusable(
                    f"{owner} has nothing called so; it has {', '.join([*known, *attributes])[:300]}"
                )
        head = "".join(self.attribute(item, value.get(key)) for key, item in attributes.items())
        if type_.item is not None:
            items = value.get(type_.item.local)
            length = len(items) if isinstance(items, list | tuple) else int(items is not None)
            head += self.array_told(type_, length)
        pieces = [written(value.get(TEXT), type_.text)] if value.get(TEXT) is not None else []
        pieces += self._elements(type_, value)
        pieces += [self._unknown(key, value[key]) for key in value if self._is_unknown(key, known)]
        return head, "".join(pieces)

    def _elements(self, type_: TypeShape, value: Mapping[str, Any]) -> list[str]:
        pieces: list[str] = []
        rounds = {name: names for names in type_.rounds for name in names}
        done: set[tuple[str, ...]] = set()
        for element in type_.elements:
            names = rounds.get(element.local)
            if names is not None:
                if names not in done:
                    done.add(names)
                    pieces += self._in_rounds(type_, names, value)
            elif element.local in value:
                pieces.append(self.write(element, value[element.local]))
            elif not element.optional and element.fixed is not None:
                pieces.append(self.write(element, element.fixed))
        return pieces

    def _in_rounds(self, type_: TypeShape, names: tuple[str, ...], value: Mapping[str, Any]) -> list[str]:
        """(a, b)*: the first of each, then the second of each."""
        several = [
            (element, held if isinstance(held, list) else [held])
            for element in type_.elements
            if element.local in names and (held := value.get(element.local)) is not None
        ]
        pieces: list[str] = []
        for position in count():
            if all(position >= len(held) for _, held in several):
                return pieces
            pieces += [
                self.write(element, held[position]) for element, held in several if position < len(held)
            ]
        return pieces

    def _is_unknown(self, key: str, known: Mapping[str, Any]) -> bool:
        return key not in known and not key.startswith(("@", "#"))

    def _unknown(self, key: str, value: Any) -> str:
        """Where the schema lets anything stand. A key in Clark's notation brings its namespace along."""
        found = _NAME.fullmatch(key)
        if found is None:
            raise ValueUnusable("an element can't be called so")
        namespace, local = found.groups()
        told = f' xmlns:q="{escaped_attribute(namespace)}"' if namespace else ""
        name = f"q:{local}" if namespace else local
        values = value if isinstance(value, list | tuple) else [value]
        return "".join(f"<{name}{told}>{self._anything(each)}</{name}>" for each in values)

    def _anything(self, value: Any) -> str:
        if isinstance(value, Mapping):
            return "".join(self._unknown(str(key), held) for key, held in value.items())
        return "" if value is None else written(value, None)

    def attribute(self, attribute: AttributeShape, value: Any) -> str:
        if value is None:
            if not attribute.required or attribute.fixed is None:
                return ""
            value = attribute.fixed
        text = (
            " ".join(plain(each, attribute.value) for each in value)
            if isinstance(value, list | tuple)
            else (plain(value, attribute.value))
        )
        return f' {self.prefixes.name(attribute.qname)}="{escaped_attribute(text)}"'


def has_text(type_: TypeShape) -> bool:
    return type_.text is not None or type_.mixed


def is_name(key: str) -> bool:
    """Whether an element could be called so."""
    return _NAME.fullmatch(key) is not None


def derived_type(type_: TypeShape, value: Mapping[str, Any]) -> TypeShape:
    """The type that ``@xsi:type`` picks; of an abstract type the only derived one.

    Raises: ValueUnusable.
    """
    wanted = value.get(TYPE)
    if wanted is None:
        return type_.derived[0] if type_.abstract and len(type_.derived) == 1 else type_
    found = next((each for each in (type_, *type_.derived) if wanted in (each.name, each.qname)), None)
    if found is None:
        names = ", ".join(each.name for each in type_.derived)
        raise ValueUnusable(f"{TYPE} is none of: {names[:300] or type_.name}")
    return found


def plain(value: Any, shape: SimpleShape | None) -> str:
    """A value as XML Schema writes it.

    Raises: ValueUnusable.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping | list | tuple):
        raise ValueUnusable("a plain value is needed, not an object or a list")
    if isinstance(value, float) and shape is not None and shape.xsd == "decimal":
        return format(Decimal(str(value)), "f")
    return str(value)


def written(value: Any, shape: SimpleShape | None) -> str:
    """As the text of an element."""
    if isinstance(value, list | tuple) and shape is not None and shape.many:
        return " ".join(plain(each, shape) for each in value).translate(_TEXT)
    return plain(value, shape).translate(_TEXT)


def escaped_attribute(text: str) -> str:
    return text.translate(_ATTRIBUTE)
