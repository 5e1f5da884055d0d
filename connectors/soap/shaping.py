"""From zeep's model to shapes: once per description."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal
from urllib.parse import urlsplit

from lxml import etree
from zeep import ns
from zeep.wsdl.bindings.soap import Soap12Binding, SoapBinding
from zeep.xsd import elements as xsd_elements
from zeep.xsd.elements.indicators import Choice, Group, OrderIndicator
from zeep.xsd.types import AnySimpleType, ComplexType, ListType, UnionType
from zeep.xsd.types import builtins as xsd

from connectors.soap.markup import local_name
from connectors.soap.reading import MissingType, Note, TolerantDocument, WsdlRefused, documentation
from connectors.soap.shape import (
    AttributeShape,
    ElementShape,
    Kind,
    MessageShape,
    OperationShape,
    SimpleShape,
    TypeShape,
    WsdlShape,
)

_KINDS: tuple[tuple[type[Any], Kind], ...] = (
    (xsd.Boolean, "boolean"),
    (xsd.Integer, "integer"),
    (xsd.Decimal, "number"),
    (xsd.Float, "number"),
    (xsd.Double, "number"),
    (xsd.DateTime, "datetime"),
    (xsd.Date, "date"),
    (xsd.Base64Binary, "binary"),
    (xsd.HexBinary, "string"),
)
_TEXTUAL = SimpleShape()
MAX_ELEMENTS = 200_000
"""Groups that hold groups twice unfold to twice as many elements, and so on."""


def shape(
    document: TolerantDocument,
    service: str | None = None,
    port: str | None = None,
    version: str | None = None,
) -> WsdlShape:
    """The operations of one SOAP port: the one named, else the first of ``version``, else the first.

    Raises: WsdlRefused.
    """
    binding, path = _port(document, service, port, version)
    try:
        return _Shaping(document).of(binding, path)
    except RecursionError:
        raise WsdlRefused("the schema is nested too deeply") from None


def _port(
    document: TolerantDocument, service: str | None, port: str | None, version: str | None
) -> tuple[Any, str]:
    """The binding, and the path of the port's address."""
    offered: list[tuple[str, str, Any, str]] = []
    for found in document.services.values():
        for candidate in found.ports.values():
            if isinstance(candidate.binding, SoapBinding):
                address = str((candidate.binding_options or {}).get("address") or "")
                offered.append(
                    (found.name, candidate.name, candidate.binding, urlsplit(address.strip()).path)
                )
    if not offered and service is None and port is None:
        # a WSDL of bindings only: the endpoint comes from the manifest
        offered = [("", "", each, "") for each in document.bindings.values() if isinstance(each, SoapBinding)]
    fitting = [each for each in offered if service in (None, each[0]) and port in (None, each[1])]
    fitting.sort(key=lambda each: version is not None and _version(each[2]) != version)
    if fitting:
        return fitting[0][2], fitting[0][3]
    known = ", ".join(f"{each[0]}/{each[1]}" for each in offered)
    said = f"; it has {known}" if known else ""
    raise WsdlRefused(f"the WSDL has no SOAP port {service or '*'}/{port or '*'}{said}")


def _version(binding: Any) -> Literal["1.1", "1.2"]:
    return "1.2" if isinstance(binding, Soap12Binding) else "1.1"


class _Shaping:
    """Keeps every type made so far, so that types that contain themselves end."""

    def __init__(self, document: TolerantDocument) -> None:
        self._document = document
        self._notes = document.notes
        self._made: dict[int, TypeShape] = {}
        self._kept: list[Any] = []  # keeps the ids of _made alive
        self._left = MAX_ELEMENTS

    def of(self, binding: Any, path: str) -> WsdlShape:
        raw = _RawBinding(self._document.trees, binding)
        operations: dict[str, OperationShape] = {}
        for name, operation in binding.all().items():
            operations[name] = self._operation(operation, raw)
        for name in raw.operations:
            if name not in operations:
                self._notes.finding(f"operation {name!r} is bound but lacks its messages; it is left out")
        types = {}
        for type_ in self._document.types.types:
            if isinstance(type_, ComplexType) and type_.qname is not None:
                types[type_.qname.text] = self._type(type_)
        return WsdlShape(_version(binding), operations, types, tuple(self._notes.found), path)

    def _operation(self, operation: Any, raw: _RawBinding) -> OperationShape:
        style: Literal["document", "rpc"] = "rpc" if operation.style == "rpc" else "document"
        messages = operation.abstract
        output = None
        if operation.output is not None and messages.output_message is not None:
            output = self._message(operation, operation.output, messages.output_message, style, raw, "output")
        headers: tuple[ElementShape, ...] = ()
        if operation.input is not None:
            headers = self._headers(operation.input)
            taken = self._message(operation, operation.input, messages.input_message, style, raw, "input")
        else:
            taken = MessageShape(())
        faults = {}
        for message in messages.fault_messages.values():
            for name, part in message.parts.items():
                element = self._part(operation.name, name, part)
                if element is not None:
                    faults[element.local] = element
        return OperationShape(
            operation.name,
            operation.soapaction or "",
            style,
            taken,
            output,
            faults,
            headers,
            raw.descriptions.get(operation.name, ""),
        )

    def _headers(self, message: Any) -> tuple[ElementShape, ...]:
        header = getattr(message, "header", None)
        if header is None or header.type is None or not header.type._element:
            return ()
        return tuple(
            self._element(item) for item in header.type._element if isinstance(item, xsd_elements.Element)
        )

    def _message(
        self, operation: Any, message: Any, abstract: Any, style: str, raw: _RawBinding, direction: str
    ) -> MessageShape:
        body = raw.bodies.get((operation.name, direction), {})
        wanted = body.get("parts")
        in_header = raw.headers.get((operation.name, direction), set())
        found: list[ElementShape] = []
        for name, part in (abstract.parts if abstract is not None else {}).items():
            if wanted is not None and name not in wanted.split():
                continue
            if wanted is None and (abstract.name.localname, name) in in_header:
                continue
            element = self._part(operation.name, name, part, rpc=style == "rpc")
            if element is not None:
                found.append(element)
        if style == "document":
            return MessageShape(tuple(found))
        local = operation.name if direction == "input" else f"{operation.name}Response"
        namespace = body.get("namespace")
        wrapper = TypeShape(local, tuple(found), by_local={element.local: element for element in found})
        return MessageShape(
            (ElementShape(local, f"{{{namespace}}}{local}" if namespace else local, wrapper),)
        )

    def _part(self, operation: str, name: str, part: Any, *, rpc: bool = False) -> ElementShape | None:
        declared = part.element.type if part.element is not None else part.type
        if isinstance(declared, MissingType):
            self._notes.finding(
                f"operation {operation!r}: part {name!r} names a type that isn't there; the part is left out"
            )
            return None
        if part.element is not None:
            return self._element(part.element)
        if part.type is None:
            self._notes.finding(
                f"operation {operation!r}: part {name!r} has neither element nor type; it is left out"
            )
            return None
        if not rpc:
            # a document part by type: its content stands in the body itself (WSDL 1.1 section 3.5)
            self._notes.finding(
                f"operation {operation!r}: part {name!r} of a document message has a type, not an element"
            )
        return ElementShape(name, name, self._type(part.type))

    def _element(self, element: Any, repeated: bool = False) -> ElementShape:
        note: Note = getattr(element, "tongban_note", None) or Note()
        type_ = self._type(element.type, note)
        return ElementShape(
            element.qname.localname,
            element.qname.text,
            type_,
            repeated=repeated or element.max_occurs not in (0, 1),
            nillable=bool(element.nillable),
            optional=element.min_occurs == 0,
            description=note.description or type_.description,
            enum=note.enum or (type_.text.enum if type_.text is not None else ()),
        )

    def _type(self, type_: Any, note: Note | None = None) -> TypeShape:
        type_ = _resolved(type_)
        if type_ is None:
            return TypeShape("anyType", open=True)
        if note is not None and note.inline:
            return TypeShape(_name(type_), text=self._simple(type_, note))
        found = self._made.get(id(type_))
        if found is not None:
            return found
        made = TypeShape(_name(type_))
        self._made[id(type_)] = made
        self._kept.append(type_)
        if isinstance(type_, ComplexType):
            self._fill(made, type_)
        elif isinstance(type_, AnySimpleType) or type(type_).__name__ in ("AnySimpleType",):
            made.text = self._simple(type_, None)
            made.description = made.text.description
        else:
            made.open = True
        return made

    def _fill(self, made: TypeShape, type_: Any) -> None:
        note = getattr(type(type_), "tongban_note", None)
        made.description = note.description if note is not None else ""
        made.attributes = tuple(self._attributes(type_))
        content = type_._element
        if isinstance(content, xsd_elements.Element) and content.name == "_value_1":
            base = self._type(content.type)
            if base.text is not None or not base.elements:
                made.text = base.text or _TEXTUAL
            else:
                made.elements, made.by_local = base.elements, base.by_local
            return
        if type_._array_type is not None:
            made.open = True
        elements: dict[str, tuple[ElementShape, int]] = {}
        order: list[ElementShape] = []
        for element, count in self._flat(content, False, made):
            seen = elements.get(element.local)
            if seen is not None:
                # the same name twice in one sequence: a list; in two branches of a choice: not
                if count == seen[1] and not seen[0].repeated:
                    element = _repeated(element)
                order = [element if item.local == element.local else item for item in order]
            else:
                order.append(element)
            elements[element.local] = (element, count)
        made.elements = tuple(order)
        made.by_local = {element.local: element for element in order}

    def _flat(
        self, content: Any, repeated: bool, made: TypeShape, branch: int = 0
    ) -> Iterator[tuple[ElementShape, int]]:
        """Elements in order, each with the branch of a choice that it stands in (0: none)."""
        if content is None:
            return
        if isinstance(content, Group):
            yield from self._flat(content.child, repeated or content.max_occurs != 1, made, branch)
        elif isinstance(content, OrderIndicator):
            several = repeated or content.max_occurs not in (0, 1)
            for position, child in enumerate(content):
                inner = branch * 1000 + position + 1 if isinstance(content, Choice) else branch
                yield from self._flat(child, several, made, inner)
        elif isinstance(content, xsd_elements.Element):
            self._left -= 1
            if self._left < 0:
                raise WsdlRefused("the schema unfolds to too many elements")
            if content.max_occurs != 0:
                yield self._element(content, repeated), branch
        elif isinstance(content, xsd_elements.Any):
            made.open = True
        elif hasattr(content, "resolve"):
            resolved = content.resolve()
            if resolved is not content:
                yield from self._flat(resolved, repeated, made, branch)

    def _attributes(self, type_: Any) -> Iterator[AttributeShape]:
        for attribute in type_._attributes_unwrapped:
            if not isinstance(attribute, xsd_elements.Attribute) or attribute.qname is None:
                continue
            note: Note = getattr(attribute, "tongban_note", None) or Note()
            value = self._simple(_resolved(attribute.type), note)
            yield AttributeShape(
                attribute.qname.localname, attribute.qname.text, value, note.description or value.description
            )

    def _simple(self, type_: Any, note: Note | None) -> SimpleShape:
        qname = getattr(type_, "qname", None)
        if note is None or not note.inline:
            note = self._notes.types.get(qname.text if qname is not None else "") or Note()
        if isinstance(type_, ListType):
            item = self._simple(_resolved(type_.item_type), None)
            return SimpleShape(item.kind, note.enum or item.enum, True, note.description)
        if isinstance(type_, UnionType):
            return SimpleShape("string", (), False, note.description)
        kind: Kind = next((kind for cls, kind in _KINDS if isinstance(type_, cls)), "string")
        return SimpleShape(kind, self._enum(note), False, note.description)

    def _enum(self, note: Note) -> tuple[str, ...]:
        """A restriction without enumeration has that of its base."""
        for _ in range(20):
            if note.enum or note.base not in self._notes.types:
                break
            note = self._notes.types[note.base]
        return note.enum


def _repeated(element: ElementShape) -> ElementShape:
    return ElementShape(
        element.local,
        element.qname,
        element.type,
        True,
        element.nillable,
        element.optional,
        element.description,
        element.enum,
    )


def _resolved(type_: Any) -> Any:
    try:
        return type_.resolve() if type_ is not None else None
    except Exception:  # zeep raises anything; a type that can't be resolved is "anything"
        return None


def _name(type_: Any) -> str:
    qname = getattr(type_, "qname", None)
    return str(qname.localname) if qname is not None else type(type_).__name__


class _RawBinding:
    """What zeep drops of a binding: which parts stand in the body, which in headers, and the documentation
    of operations.
    """

    def __init__(self, trees: list[etree._Element], binding: Any) -> None:
        self.bodies: dict[tuple[str, str], dict[str, str]] = {}
        self.headers: dict[tuple[str, str], set[tuple[str, str]]] = {}
        self.descriptions: dict[str, str] = {}
        self.operations: list[str] = []
        for tree in trees:
            for node in tree.findall(f"{{{ns.WSDL}}}portType"):
                if node.get("name") == binding.port_name.localname:
                    for operation in node.findall(f"{{{ns.WSDL}}}operation"):
                        self.descriptions[str(operation.get("name"))] = documentation(operation)
            for node in tree.findall(f"{{{ns.WSDL}}}binding"):
                if node.get("name") == binding.name.localname:
                    for operation in node.findall(f"{{{ns.WSDL}}}operation"):
                        self._read(operation)

    def _read(self, operation: etree._Element) -> None:
        name = str(operation.get("name"))
        self.operations.append(name)
        described = documentation(operation)
        if described and not self.descriptions.get(name):
            self.descriptions[name] = described
        for direction in operation:
            for node in direction.iter():
                key = (name, local_name(direction))
                if local_name(node) == "body":
                    self.bodies[key] = {
                        str(attribute): str(value) for attribute, value in node.attrib.items()
                    }
                elif local_name(node) == "header":
                    message = str(node.get("message", "")).rpartition(":")[2]
                    self.headers.setdefault(key, set()).add((message, str(node.get("part"))))
