"""The operations of one port: their messages as elements of the body and the header.

Source: WSDL 1.1 sections 2.3 to 2.5 and 3; the numbers below are its.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from connectors.soap.complex_types import ComplexTypes
from connectors.soap.definitions import SOAP, WSDL, Definitions
from connectors.soap.nodes import Node
from connectors.soap.ports import Port
from connectors.soap.remarks import shown
from connectors.soap.schemas import Home
from connectors.soap.shape import ElementShape, MessageShape, OperationShape, Style, TypeShape
from connectors.soap.simple_types import documentation

_OPERATION = f"{{{WSDL}}}operation"
_MAX_OVERLOADED = 100
_PART = f"{{{WSDL}}}part"


@dataclass(frozen=True, slots=True)
class _Body:
    """What a binding says of one direction: soap:body's attributes, and the (message, part) of its headers."""

    node: Node | None = None
    headers: tuple[Node, ...] = ()

    def get(self, name: str) -> str:
        return self.node.get(name) if self.node is not None else ""


@dataclass(slots=True)
class Operations:
    definitions: Definitions
    types: ComplexTypes
    port: Port
    _taken: dict[str, OperationShape] = field(default_factory=dict)

    def all(self) -> dict[str, OperationShape]:
        """By name, in the binding's order. Of an overloaded name, each but the first gets a name of its own."""
        port_type = self._port_type()
        abstract = list(port_type.all(_OPERATION)) if port_type is not None else []
        if self.port.binding is None:
            for node in abstract:
                self._add(self._operation(node, node), node)
            return self._taken
        left = {id(node): node for node in abstract}
        by_name: dict[str, list[Node]] = {}
        for node in abstract:
            by_name.setdefault(node.get("name"), []).append(node)
        for bound in self.port.binding.all(_OPERATION):
            same = by_name.get(bound.get("name"), [])
            found = _matching(bound, same)
            if found is None:
                self.definitions.remarks.say(
                    "wsdl.operation",
                    bound,
                    f"the operation {shown(bound.get('name'))} is bound but not declared: its messages are unknown",
                    "declare it in the port type",
                )
            else:
                same.remove(found)
                del left[id(found)]
            self._add(self._operation(bound, found), bound)
        for node in left.values():
            self.definitions.remarks.say(
                "wsdl.operation-unbound",
                node,
                f"the operation {shown(node.get('name'))} is not bound: document, literal is assumed",
                "bind it",
            )
            self._add(self._operation(node, node), node)
        return self._taken

    def _port_type(self) -> Node | None:
        binding = self.port.binding
        if binding is None:
            return self.port.node
        return self.definitions.find("portType", binding.get("type"), binding)

    def _add(self, operation: OperationShape, node: Node) -> None:
        name = operation.name
        if not name:
            self.definitions.remarks.say(
                "wsdl.nameless", node, "an operation needs a name; it is left out", "name it"
            )
            return
        if name in self._taken:
            told = next((child.get("name") for child in node.children if child.local == "input"), "")
            name, number = told or f"{name}_2", 2
            while name in self._taken:
                number += 1
                name = f"{operation.name}_{number}"
            self.definitions.remarks.say(
                "wsdl.overloaded",
                node,
                f"there are several operations {shown(operation.name)}: this one is called {shown(name)}",
                severity="info",
            )
        self._taken[name] = replace(operation, name=name)

    def _operation(self, bound: Node, abstract: Node | None) -> OperationShape:
        name = bound.get("name")
        soap = next((child for child in bound.children if child.namespace in SOAP), None)
        style = self._style(soap)
        directions = {child.local: child for child in (abstract.children if abstract is not None else ())}
        taken, given = self._body(bound, "input"), self._body(bound, "output")
        output: MessageShape | None = None
        if abstract is None:
            output = MessageShape(())
        elif "output" in directions:
            output = self._message(name, directions["output"], given, style)
        return OperationShape(
            name,
            soap.get("soapAction") if soap is not None else "",
            style,
            self._message(name, directions.get("input"), taken, style),
            output,
            dict(self._faults(abstract)),
            tuple(self._headers(taken)),
            (documentation(abstract) if abstract is not None else "") or documentation(bound),
            self.port.version,
            self.port.path,
        )

    def _style(self, soap: Node | None) -> Style:
        told = soap.get("style") if soap is not None else ""
        if not told and self.port.binding is not None:
            whole = next((child for child in self.port.binding.children if child.namespace in SOAP), None)
            told = whole.get("style") if whole is not None else ""
        return "rpc" if told == "rpc" else "document"

    def _body(self, bound: Node, direction: str) -> _Body:
        """Section 3.5 and 3.7; with attachments (section 5.11) they stand deeper."""
        found = next((child for child in bound.children if child.local == direction), None)
        if found is None:
            return _Body()
        inner = [node for node in found.within() if node.namespace in SOAP]
        return _Body(
            next((node for node in inner if node.local == "body"), None),
            tuple(node for node in inner if node.local == "header"),
        )

    def _message(self, operation: str, direction: Node | None, body: _Body, style: Style) -> MessageShape:
        message = self._referred(direction)
        wanted = body.node.attributes.get("parts") if body.node is not None else None
        in_header = {(node.get("message").rpartition(":")[2], node.get("part")) for node in body.headers}
        parts: list[ElementShape] = []
        for part in message.all(_PART) if message is not None else ():
            name = part.get("name")
            if wanted is not None and name not in wanted.split():
                continue
            if wanted is None and message is not None and (message.get("name"), name) in in_header:
                continue
            element = self._part(operation, part, style)
            if element is not None:
                parts.append(element)
        encoded = body.get("use") == "encoded"
        if style == "document":
            return MessageShape(tuple(parts), encoded)
        return MessageShape((self._wrapper(operation, direction, body, parts),), encoded)

    def _wrapper(
        self, operation: str, direction: Node | None, body: _Body, parts: list[ElementShape]
    ) -> ElementShape:
        """Section 3.5: the wrapper has the operation's name; the answer's, by custom, with ``Response``."""
        answers = direction is not None and direction.local == "output"
        local = f"{operation}Response" if answers else operation
        namespace = body.get("namespace")
        if not namespace and self.port.binding is not None:
            namespace = self.definitions.namespace(self.port.binding)
        by_name = {element.local: element for element in parts}
        type_ = TypeShape(local, elements=tuple(parts), by_name=by_name)
        return ElementShape(local, f"{{{namespace}}}{local}" if namespace else local, type_)

    def _referred(self, node: Node | None) -> Node | None:
        if node is None or not node.get("message"):
            return None
        return self.definitions.find("message", node.get("message"), node)

    def _part(self, operation: str, part: Node, style: Style) -> ElementShape | None:
        name, schemas = part.get("name"), self.definitions.schemas
        home = Home(part.file, "")
        if part.get("element"):
            element = self.types.global_element(schemas.resolve(part, part.get("element"), home), part)
            if element is None:
                self._skipped(operation, part, "names an element that isn't there")
                return None
            return replace(element, local=name or element.local) if style == "rpc" else element
        if not part.get("type"):
            self._skipped(operation, part, "has neither element nor type")
            return None
        type_name = schemas.resolve(part, part.get("type"), home)
        if not self.types.exists(type_name, part):
            self._skipped(operation, part, "names a type that isn't there")
            return None
        if style == "document":
            self.definitions.remarks.say(
                "wsdl.part-type",
                part,
                f"operation {shown(operation)}: the part {shown(name)} of a document message has a type, not an"
                " element; an element of its name is assumed",
                severity="info",
            )
        return ElementShape(name, name, self.types.named(type_name, part), nillable=True)

    def _skipped(self, operation: str, part: Node, why: str) -> None:
        self.definitions.remarks.say(
            "wsdl.part",
            part,
            f"operation {shown(operation)}: the part {shown(part.get('name'))} {why}; the part is left out",
            "upload the schema that declares it, or mend the name",
        )

    def _headers(self, body: _Body) -> Iterator[ElementShape]:
        """Section 3.7. A header that leads nowhere is left out."""
        for node in body.headers:
            message = self._referred(node)
            part = (
                next((found for found in message.all(_PART) if found.get("name") == node.get("part")), None)
                if message is not None
                else None
            )
            if part is None:
                self.definitions.remarks.say(
                    "wsdl.header",
                    node,
                    f"a header names the part {shown(node.get('part'))}, which isn't there; the header is left out",
                    "name a part of a message",
                )
                continue
            element = self._part("(header)", part, "document" if part.get("element") else "rpc")
            if element is not None:
                namespace = node.get("namespace")
                unnamed = namespace and not element.qname.startswith("{")
                yield replace(element, qname=f"{{{namespace}}}{element.local}") if unnamed else element

    def _faults(self, abstract: Node | None) -> Iterator[tuple[str, ElementShape]]:
        for child in abstract.children if abstract is not None else ():
            message = self._referred(child) if child.local == "fault" else None
            for part in message.all(_PART) if message is not None else ():
                element = self._part(f"{abstract.get('name')} (fault)" if abstract else "", part, "document")
                if element is not None:
                    yield element.qname.rpartition("}")[2], element


def _matching(bound: Node, same: list[Node]) -> Node | None:
    """Section 2.5: by name; overloaded ones by the names of their input and output."""
    told = {child.local: child.get("name") for child in bound.children if child.get("name")}
    wanted = {direction: told[direction] for direction in ("input", "output") if direction in told}
    for node in same[:_MAX_OVERLOADED]:
        named = {child.local: child.get("name") for child in node.children}
        if all(named.get(direction) == name for direction, name in wanted.items()):
            return node
    return same[0] if same else None
