"""Simple types of XML Schema, followed to the built-in type that they come of.

Source: XML Schema 1.0 part 2, sections 3 (built-in types) and 4.1 (derivation); 1.1 for the newer durations.
"""

from __future__ import annotations

from dataclasses import replace

from connectors.soap.nodes import XSD, Node
from connectors.soap.remarks import Remarks
from connectors.soap.schemas import Home, Schemas
from connectors.soap.shape import Kind, SimpleShape

_OF_KIND: dict[Kind, str] = {
    "string": "string normalizedString token language Name NCName NMTOKEN ID IDREF ENTITY anyURI QName NOTATION"
    " hexBinary time duration dayTimeDuration yearMonthDuration gYear gYearMonth gMonth gMonthDay gDay"
    " anySimpleType anyAtomicType uriReference timeDuration recurringDuration timeInstant",
    "boolean": "boolean",
    "integer": "integer nonPositiveInteger negativeInteger long int short byte nonNegativeInteger unsignedLong"
    " unsignedInt unsignedShort unsignedByte positiveInteger",
    "number": "decimal float double precisionDecimal",
    "date": "date",
    "datetime": "dateTime dateTimeStamp",
    "binary": "base64Binary",
}
BUILT_IN = {
    name: SimpleShape(kind, xsd=name) for kind, names in _OF_KIND.items() for name in names.split()
} | {name: SimpleShape("string", many=True, xsd=name) for name in ("NMTOKENS", "IDREFS", "ENTITIES")}
STRING = SimpleShape()
_MAX_DERIVATION = 60


class SimpleTypes:
    """Each simple type followed once."""

    def __init__(self, schemas: Schemas, remarks: Remarks) -> None:
        self._schemas = schemas
        self._remarks = remarks
        self._made: dict[tuple[int, str], SimpleShape] = {}
        self._open: set[tuple[int, str]] = set()

    def named(self, name: str, where: Node, home: Home, depth: int = 0) -> SimpleShape:
        """``name`` in Clark's notation. A complex type gives the value inside it, if it has one."""
        built_in = built_in_of(name)
        if built_in is not None:
            return built_in
        found = self._schemas.find("type", name, where)
        if found is None:
            return STRING
        if found.node.local == "simpleType":
            return self.of(found.node, found.home, depth + 1)
        return self._inside(found.node, found.home, depth + 1)

    def of(self, node: Node, home: Home, depth: int = 0) -> SimpleShape:
        """Of an xs:simpleType."""
        key = (id(node), home.namespace)
        if key in self._open:
            self._remarks.say("xsd.circle", node, "the type is derived from itself")
            return STRING
        if key not in self._made:
            self._open.add(key)
            self._made[key] = replace(self._of(node, home, depth), description=documentation(node))
            self._open.discard(key)
        return self._made[key]

    def _of(self, node: Node, home: Home, depth: int) -> SimpleShape:
        if depth > _MAX_DERIVATION:
            self._remarks.say("xsd.circle", node, "the type is derived from too many others")
            return STRING
        for child in node.children:
            if child.name == f"{{{XSD}}}restriction":
                return self.restricted(child, self._base(child, "base", home, depth))
            if child.name == f"{{{XSD}}}list":
                return replace(self._base(child, "itemType", home, depth), many=True)
            if child.name == f"{{{XSD}}}union":
                return self._union(child, home, depth)
        return STRING

    def restricted(self, restriction: Node, base: SimpleShape) -> SimpleShape:
        """``base`` with the enumeration of an xs:restriction, if it has one."""
        values = (facet.attributes.get("value", "") for facet in restriction.all(f"{{{XSD}}}enumeration"))
        return replace(base, enum=tuple(dict.fromkeys(values)) or base.enum)

    def _base(self, node: Node, attribute: str, home: Home, depth: int) -> SimpleShape:
        name = node.get(attribute)
        if name:
            return self.named(self._schemas.resolve(node, name, home), node, home, depth)
        inner = node.first(f"{{{XSD}}}simpleType")
        return self.of(inner, home, depth + 1) if inner is not None else STRING

    def _union(self, node: Node, home: Home, depth: int) -> SimpleShape:
        """Members of one kind keep it; enumerations add up only if all have one."""
        members = [
            self.named(self._schemas.resolve(node, name, home), node, home, depth)
            for name in node.get("memberTypes").split()
        ]
        members += [self.of(inner, home, depth + 1) for inner in node.all(f"{{{XSD}}}simpleType")]
        if not members:
            return STRING
        enum = tuple(dict.fromkeys(value for member in members for value in member.enum))
        every = all(member.enum for member in members)
        first = members[0]
        if any(member.kind != first.kind for member in members):
            first = STRING
        elif any(member.xsd != first.xsd for member in members):
            first = SimpleShape(first.kind, xsd=_WIDEST[first.kind])
        many = any(member.many for member in members)
        return SimpleShape(first.kind, enum if every else (), many, xsd=first.xsd)

    def _inside(self, node: Node, home: Home, depth: int) -> SimpleShape:
        if depth > _MAX_DERIVATION:
            self._remarks.say("xsd.circle", node, "the type is derived from too many others")
            return STRING
        content = node.first(f"{{{XSD}}}simpleContent")
        for child in content.children if content is not None else ():
            if child.local in ("extension", "restriction"):
                return self.restricted(child, self._base(child, "base", home, depth))
        return STRING


_WIDEST: dict[Kind, str] = {
    "string": "string",
    "boolean": "boolean",
    "integer": "integer",
    "number": "decimal",
    "date": "date",
    "datetime": "dateTime",
    "binary": "base64Binary",
}


def built_in_of(name: str) -> SimpleShape | None:
    """None for what is no built-in simple type."""
    namespace, _, local = name.rpartition("}")
    return BUILT_IN.get(local) if namespace[1:] == XSD else None


def documentation(node: Node) -> str:
    """The words of its xs:documentation or wsdl:documentation, blanks collapsed."""
    found = [
        inner.words()
        for child in node.children
        for inner in (child.children if child.local == "annotation" else (child,))
        if inner.local == "documentation"
    ]
    return " / ".join(text for text in found if text)
