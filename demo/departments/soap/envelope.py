"""Reads and writes SOAP 1.1 and 1.2 envelopes.

Requests are hostile: no DTD, no entities, no network. It must never guess a version or an encoding that the
bytes don't state.
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from demo.departments.soap.elements import serialised
from demo.departments.soap.faults import SoapFault
from demo.departments.soap.versions import V11, V12, Version

CITIZEN_TOKEN = "{urn:tongban:citizen}Token"
WSSE_NS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
_UNDERSTOOD = {CITIZEN_TOKEN, f"{{{WSSE_NS}}}Security"}


@dataclass(frozen=True, slots=True)
class Message:
    """One request as it came: its header blocks, its first body element, and the encoding it declared."""

    version: Version
    headers: tuple[etree._Element, ...]
    payload: etree._Element
    encoding: str

    def header(self, name: str) -> etree._Element | None:
        return next((block for block in self.headers if block.tag == name), None)

    @property
    def citizen_token(self) -> str | None:
        block = self.header(CITIZEN_TOKEN)
        return (block.text or "").strip() or None if block is not None else None


def parse_xml(content: bytes) -> etree._Element:
    """The root element. Raises SoapFault for what is not well-formed or brings a DTD."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError):
        raise SoapFault("Client", "报文不是格式良好的XML") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise SoapFault("Client", "报文不得包含DTD")
    return root


def read(content: bytes, expected: Version) -> Message:
    """Raises SoapFault as SOAP 1.1 § 4.4.1 and SOAP 1.2 part 1 § 5.4.6 have it."""
    root = parse_xml(content)
    name = etree.QName(root)
    if name.localname != "Envelope" or name.namespace not in (V11.namespace, V12.namespace):
        raise SoapFault("Client", "报文不是SOAP信封")
    if name.namespace != expected.namespace:
        raise SoapFault("VersionMismatch", f"本服务使用SOAP {expected.name}")
    head = root.find(f"{{{expected.namespace}}}Header")
    body = root.find(f"{{{expected.namespace}}}Body")
    if body is None or len(body) != 1:
        raise SoapFault("Client", "信封体须有且只有一个元素")
    headers = tuple(head) if head is not None else ()
    for block in headers:
        must = block.get(f"{{{expected.namespace}}}mustUnderstand", "0")
        if must in ("1", "true") and block.tag not in _UNDERSTOOD:
            raise SoapFault("MustUnderstand", "不理解必须理解的消息头")
    return Message(expected, headers, body[0], (root.getroottree().docinfo.encoding or "UTF-8").upper())


def write(version: Version, payload: etree._Element, encoding: str = "UTF-8") -> bytes:
    """The envelope around one body element, with its XML declaration."""
    root = etree.Element(f"{{{version.namespace}}}Envelope", nsmap={version.prefix: version.namespace})
    body = etree.SubElement(root, f"{{{version.namespace}}}Body")
    body.append(payload)
    return serialised(root, encoding)
