"""Reading an envelope: from XML to dicts by local name, guided by the schema and forgiving about what it
doesn't know.

Repeated elements (by schema) are always lists; attributes are ``@name``; nil and empty are None. Must
never: fail because of an unknown, missing or surplus element.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from lxml import etree

from connectors.soap.markup import MarkupRefused, local_name, parse
from connectors.soap.multipart import unpack
from connectors.soap.shape import TEXT, ElementShape, MessageShape, OperationShape, SimpleShape, TypeShape

_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_NIL = f"{_XSI}nil"
_TYPE = f"{_XSI}type"
_INCLUDE = "{http://www.w3.org/2004/08/xop/include}Include"
_ENVELOPES = ("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope")
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_ROOT = "{http://schemas.xmlsoap.org/soap/encoding/}root"
_ENCODING = "{http://www.w3.org/2003/05/soap-encoding}"
_IGNORED = (_XSI, "{http://schemas.xmlsoap.org/soap/encoding/}", _ENCODING)
MAX_ELEMENTS = 300_000
MAX_REFERENCES = 100

Json = Any


@dataclass(frozen=True, slots=True)
class Read:
    """``body`` is what the paths of a manifest speak of; ``fault`` is set for a SOAP fault."""

    body: Json = None
    fault: Mapping[str, Json] | None = None


def read_answer(
    content: bytes, content_type: str, operation: OperationShape, types: Mapping[str, TypeShape]
) -> Read:
    """Reads one answer, plain or MTOM.

    Raises: MarkupRefused if this is no SOAP envelope (an HTML page, say).
    """
    package = unpack(content, content_type)
    root = parse(package.content, package.charset)
    tag = etree.QName(root)
    if tag.localname != "Envelope" or tag.namespace not in _ENVELOPES:
        raise MarkupRefused("the answer is not a SOAP envelope")
    body = next((child for child in root if local_name(child) == "Body"), None)
    contents = [child for child in body if isinstance(child.tag, str)] if body is not None else []
    encoded = operation.output is not None and operation.output.encoded
    referred = _referred(body) if encoded and body is not None else {}
    if referred:
        # SOAP 1.1 section 5.1: what others refer to stands beside the answer
        contents = [node for node in contents if node.get(_ROOT) == "1" or node.get("id") is None] or contents
    reading = _Reading(types, package.attachments, referred)
    if contents and local_name(contents[0]) == "Fault":
        return Read(None, reading.fault(contents[0], operation.faults))
    return Read(reading.message(contents, operation.output))


class _Reading:
    """One answer: its attachments, and a count of elements, so that a small answer can't become a huge tree
    of ours.
    """

    def __init__(
        self,
        types: Mapping[str, TypeShape],
        attachments: Mapping[str, bytes],
        referred: Mapping[str, etree._Element],
    ) -> None:
        self._types = types
        self._attachments = attachments
        self._referred = referred
        self._following = 0
        self._left = MAX_ELEMENTS

    def message(self, contents: list[etree._Element], shape: MessageShape | None) -> Json:
        parts = shape.parts if shape is not None else ()
        if len(parts) > 1:
            found: dict[str, Json] = {part.local: [] for part in parts if part.repeated}
            by_name = {part.local: part for part in parts} | {part.qname: part for part in parts}
            for node in contents:
                self._put(found, node, _declared(by_name, node))
            return found
        if not contents:
            return None
        node = contents[0]
        declared = parts[0].type if parts else None
        if declared is not None and declared.elements and not _is_nil(node):
            return self._structure(node, declared)
        return self.value(node, declared)

    def fault(self, node: etree._Element, declared: Mapping[str, ElementShape]) -> dict[str, Json]:
        """SOAP 1.1 section 4.4, SOAP 1.2 part 1 section 5.4. Codes are given without their prefix."""
        by_local = {local_name(child): child for child in node}
        detail_node = by_local.get("detail", by_local.get("Detail"))
        detail: dict[str, Json] = {}
        for child in detail_node if detail_node is not None else ():
            self._put(detail, child, declared.get(local_name(child)))
        if detail_node is not None and not detail:
            text = (detail_node.text or "").strip()
            detail = {TEXT: text} if text else {}
        if "Code" not in by_local:
            code = self._text(by_local.get("faultcode"))
            return {
                "faultcode": code.rpartition(":")[2],
                "faultstring": self._text(by_local.get("faultstring")),
                "detail": detail or None,
            }
        codes = [self._text(item) for item in by_local["Code"].iter() if local_name(item) == "Value"]
        reasons = (
            [item for item in by_local["Reason"] if local_name(item) == "Text"]
            if "Reason" in by_local
            else []
        )
        reasons.sort(key=lambda item: not str(item.get(_LANG, "")).startswith("zh"))
        return {
            "faultcode": codes[0].rpartition(":")[2] if codes else "",
            "subcode": codes[-1].rpartition(":")[2] if len(codes) > 1 else None,
            "faultstring": self._text(reasons[0]) if reasons else "",
            "detail": detail or None,
        }

    def value(self, node: etree._Element, declared: TypeShape | None) -> Json:
        self._left -= 1
        if self._left < 0:
            raise MarkupRefused("the answer has too many elements")
        if _is_nil(node):
            return None
        if self._referred and len(node) == 0:
            target = self._referred.get(_reference(node))
            if target is not None:
                return self._follow(target, declared)
        substitute = node.get(_TYPE)
        if substitute is not None:
            declared = self._substitute(node, substitute) or declared
        if declared is None or (declared.open and not declared.elements and declared.text is None):
            return self._unknown(node)
        if declared.text is not None:
            found = self._simple(node, declared.text)
            if not declared.attributes:
                return found
            attributes = _attributes(node, declared)
            return {**attributes, TEXT: found} if attributes or found is not None else None
        if len(node) == 0 and not node.attrib and not (node.text or "").strip():
            return None
        return self._structure(node, declared)

    def _follow(self, target: etree._Element, declared: TypeShape | None) -> Json:
        """A circle of references ends where it gets too deep: JSON has none."""
        if self._following >= MAX_REFERENCES:
            return None
        self._following += 1
        try:
            found = self.value(target, declared)
            if isinstance(found, dict) and "id" not in (declared.attribute_keys if declared else ()):
                found.pop("@id", None)  # it named the target, no more
            return found
        finally:
            self._following -= 1

    def _structure(self, node: etree._Element, declared: TypeShape) -> dict[str, Json]:
        found: dict[str, Json] = _attributes(node, declared)
        for element in declared.elements:
            if element.repeated:
                found[element.local] = []
        by_name = declared.by_name
        for child in node:
            self._put(found, child, declared.item or _declared(by_name, child))
        if declared.mixed:
            text = "".join([node.text or "", *(child.tail or "" for child in node)]).strip()
            if text:
                found[TEXT] = text
        return found

    def _put(self, found: dict[str, Json], child: etree._Element, declared: ElementShape | None) -> None:
        name = declared.local if declared is not None else local_name(child)
        if not name:
            return
        value = self.value(child, declared.type if declared is not None else None)
        if declared is not None and declared.repeated:
            found[name].append(value)
        elif name not in found:
            found[name] = value
        elif isinstance(found[name], _Several):
            found[name].append(value)
        else:
            found[name] = _Several((found[name], value))

    def _unknown(self, node: etree._Element) -> Json:
        if len(node) == 0:
            return self._simple(node, _STRING)
        if node[0].tag == _INCLUDE:
            return self._attachment(str(node[0].get("href", "")))
        found: dict[str, Json] = _attributes(node, None)
        for child in node:
            self._put(found, child, None)
        return found

    def _simple(self, node: etree._Element, shape: SimpleShape) -> Json:
        if len(node) and node[0].tag == _INCLUDE:
            return self._attachment(str(node[0].get("href", "")))
        text = node.text or ""
        if len(node):
            text = "".join(str(piece) for piece in node.itertext())
        if not text or text.isspace():
            return None
        if shape.many:
            return [_converted(item, shape) for item in text.split()]
        if self._attachments and text.startswith("cid:"):
            return self._attachment(text.strip()) or text
        return _converted(text, shape)

    def _attachment(self, href: str) -> str | None:
        """XOP section 3.2: ``cid:`` and the percent-encoded Content-ID."""
        found = self._attachments.get(unquote(href.removeprefix("cid:")))
        return base64.b64encode(found).decode("ascii") if found is not None else None

    def _substitute(self, node: etree._Element, name: str) -> TypeShape | None:
        prefix, colon, local = name.strip().rpartition(":")
        namespace = node.nsmap.get(prefix if colon else None)
        return self._types.get(f"{{{namespace}}}{local}") if namespace else None

    def _text(self, node: etree._Element | None) -> str:
        return " ".join("".join(str(piece) for piece in node.itertext()).split()) if node is not None else ""


class _Several(list[Json]):
    """A list that came of an element which the schema doesn't know as repeated."""


_STRING = SimpleShape()


def _converted(text: str, shape: SimpleShape) -> Json:
    """Numbers stay text: leading zeros and decimals survive; what they become is the mapping's to say."""
    match shape.kind:
        case "string":
            return text
        case "boolean":
            return {"true": True, "1": True, "false": False, "0": False}.get(text.strip().lower(), text)
        case "binary":
            return "".join(text.split())
        case _:
            return text.strip()


def _is_nil(node: etree._Element) -> bool:
    return node.get(_NIL) in ("true", "1")


def _declared(by_name: Mapping[str, ElementShape], node: etree._Element) -> ElementShape | None:
    """By its whole name; forgiving of a wrong namespace, by its local one."""
    return by_name.get(str(node.tag)) or by_name.get(local_name(node))


def _referred(body: etree._Element) -> dict[str, etree._Element]:
    """What stands in the body under an id, by that id."""
    found: dict[str, etree._Element] = {}
    for node in body.iter("*"):
        name = node.get("id") or node.get(f"{_ENCODING}id")
        if name:
            found.setdefault(str(name), node)
    return found


def _reference(node: etree._Element) -> str:
    """SOAP 1.1 section 5.4.1 (``href``), SOAP 1.2 part 2 section 3.1.5 (``ref``)."""
    return str(node.get("href", "")).removeprefix("#") or str(node.get(f"{_ENCODING}ref", ""))


def _attributes(node: etree._Element, declared: TypeShape | None) -> dict[str, Json]:
    keys = declared.attribute_keys if declared is not None else {}
    return {
        keys.get(str(name)) or f"@{str(name).rpartition('}')[2]}": str(value)
        for name, value in node.attrib.items()
        if not str(name).startswith(_IGNORED)
    }
