"""Schemas that WSDLs import by a W3C address and never carry along, reduced to what messages need."""

from __future__ import annotations

_XSD = 'xmlns:xs="http://www.w3.org/2001/XMLSchema"'
_ENCODED = [
    "string",
    "boolean",
    "integer",
    "int",
    "long",
    "short",
    "byte",
    "decimal",
    "float",
    "double",
    "date",
    "dateTime",
    "time",
    "base64Binary",
    "hexBinary",
    "anyURI",
    "QName",
]

XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"
SOAP_ENCODING = "http://schemas.xmlsoap.org/soap/encoding/"
SWAREF = "http://ws-i.org/profiles/basic/1.1/xsd"
XMLMIME = "http://www.w3.org/2005/05/xmlmime"

KNOWN: dict[str, str] = {
    XML_NAMESPACE: (
        f'<xs:schema {_XSD} targetNamespace="{XML_NAMESPACE}">'
        '<xs:attribute name="lang" type="xs:string"/><xs:attribute name="space" type="xs:string"/>'
        '<xs:attribute name="base" type="xs:anyURI"/><xs:attribute name="id" type="xs:string"/></xs:schema>'
    ),
    SOAP_ENCODING: (
        f'<xs:schema {_XSD} xmlns:e="{SOAP_ENCODING}" targetNamespace="{SOAP_ENCODING}">'
        '<xs:attribute name="arrayType" type="xs:string"/><xs:complexType name="Array"><xs:sequence>'
        '<xs:any minOccurs="0" maxOccurs="unbounded" processContents="lax"/></xs:sequence>'
        '<xs:attribute ref="e:arrayType"/></xs:complexType>'
        + "".join(
            f'<xs:simpleType name="{name}"><xs:restriction base="xs:{name}"/></xs:simpleType>'
            for name in _ENCODED
        )
        + "</xs:schema>"
    ),
    SWAREF: (
        f'<xs:schema {_XSD} targetNamespace="{SWAREF}"><xs:simpleType name="swaRef">'
        '<xs:restriction base="xs:anyURI"/></xs:simpleType></xs:schema>'
    ),
    XMLMIME: (
        f'<xs:schema {_XSD} xmlns:m="{XMLMIME}" targetNamespace="{XMLMIME}">'
        '<xs:attribute name="contentType" type="xs:string"/>'
        '<xs:attribute name="expectedContentTypes" type="xs:string"/>'
        '<xs:complexType name="base64Binary"><xs:simpleContent><xs:extension base="xs:base64Binary">'
        '<xs:attribute ref="m:contentType"/></xs:extension></xs:simpleContent></xs:complexType></xs:schema>'
    ),
}
