"""Small descriptions of each kind, made from a schema's inside, and envelopes held against the same schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lxml import etree

from connectors.soap.reading import read
from connectors.soap.shape import OperationShape, WsdlShape
from connectors.soap.shaping import shape
from connectors.soap.writing import compile_envelope

NS = "urn:test:kinds"
XSD = "http://www.w3.org/2001/XMLSchema"
SOAP_11 = "http://schemas.xmlsoap.org/wsdl/soap/"
SOAP_12 = "http://schemas.xmlsoap.org/wsdl/soap12/"
ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"


def schema(inside: str, head: str = 'elementFormDefault="qualified"') -> str:
    return f'<xs:schema xmlns:xs="{XSD}" xmlns:t="{NS}" targetNamespace="{NS}" {head}>{inside}</xs:schema>'


def wsdl(
    inside: str,
    *,
    soap: str = SOAP_11,
    style: str = "document",
    use: str = "literal",
    parts: tuple[str, str] = ('element="t:Ask"', 'element="t:Answer"'),
    names: tuple[str, ...] = ("getThing",),
    head: str = 'elementFormDefault="qualified"',
    types: str | None = None,
) -> bytes:
    """``inside`` stands in the schema of ``urn:test:kinds``; ``parts`` are the message parts' attributes."""
    given = types if types is not None else schema(inside, head)
    abstract = "".join(
        f'<w:operation name="{name}"><w:input message="t:In"/><w:output message="t:Out"/></w:operation>'
        for name in names
    )
    body = f'<s:body use="{use}" namespace="{NS}"/>' if style == "rpc" else f'<s:body use="{use}"/>'
    bound = "".join(
        f'<w:operation name="{name}"><s:operation soapAction="{name}"/><w:input>{body}</w:input>'
        f"<w:output>{body}</w:output></w:operation>"
        for name in names
    )
    return f"""<w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/" xmlns:s="{soap}" xmlns:t="{NS}"
  xmlns:xs="{XSD}" targetNamespace="{NS}" name="Kinds">
<w:types>{given}</w:types>
<w:message name="In"><w:part name="in" {parts[0]}/></w:message>
<w:message name="Out"><w:part name="out" {parts[1]}/></w:message>
<w:portType name="Port">{abstract}</w:portType>
<w:binding name="Binding" type="t:Port"><s:binding style="{style}"/>{bound}</w:binding>
<w:service name="Service"><w:port name="P" binding="t:Binding">
<s:address location="http://kinds.invalid/soap"/></w:port></w:service></w:definitions>""".encode()


def pair(ask: str, answer: str = "<xs:sequence/>", more: str = "") -> str:
    """The two elements that the messages name, by the inside of their types."""
    return (
        f'<xs:element name="Ask"><xs:complexType>{ask}</xs:complexType></xs:element>'
        f'<xs:element name="Answer"><xs:complexType>{answer}</xs:complexType></xs:element>{more}'
    )


def loaded(content: bytes, **files: bytes | str) -> WsdlShape:
    """Other files by name, with ``__`` for the slash and ``_xsd`` for the dot."""
    others = {
        name.replace("__", "/").replace("_xsd", ".xsd"): value.encode() if isinstance(value, str) else value
        for name, value in files.items()
    }
    return shape(read({"a.wsdl": content, **others}, "a.wsdl"))


def codes(found: WsdlShape) -> list[str]:
    return [finding.code for finding in found.findings]


def written(operation: OperationShape, body: Any, args: Mapping[str, Any] | None = None) -> etree._Element:
    """The first element of the body."""
    template = compile_envelope(operation.version, operation.input, body)
    root = etree.fromstring(template.fill({"args": args or {}}))
    return next(iter(root.find("{*}Body")))


def valid(element: etree._Element, inside: str, head: str = 'elementFormDefault="qualified"') -> bool:
    """Held against the schema by libxml2, which shares nothing with our reader."""
    checker = etree.XMLSchema(etree.fromstring(schema(inside, head)))
    alone = etree.fromstring(etree.tostring(element))
    assert checker.validate(alone), checker.error_log
    return True


def envelope(body: str) -> str:
    return f'<e:Envelope xmlns:e="{ENVELOPE}"><e:Body>{body}</e:Body></e:Envelope>'
