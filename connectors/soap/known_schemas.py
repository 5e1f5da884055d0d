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
SOAP_ENCODING_12 = "http://www.w3.org/2003/05/soap-encoding"
SWAREF = "http://ws-i.org/profiles/basic/1.1/xsd"
XMLDSIG = "http://www.w3.org/2000/09/xmldsig#"
ADDRESSING = "http://www.w3.org/2005/08/addressing"
XOP = "http://www.w3.org/2004/08/xop/include"
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
    XMLDSIG: (
        f'<xs:schema {_XSD} targetNamespace="{XMLDSIG}"><xs:element name="Signature" type="xs:anyType"/>'
        '<xs:element name="KeyInfo" type="xs:anyType"/><xs:element name="X509Data" type="xs:anyType"/>'
        '<xs:complexType name="SignatureType" mixed="true"><xs:sequence>'
        '<xs:any minOccurs="0" maxOccurs="unbounded" processContents="lax"/></xs:sequence>'
        '<xs:attribute name="Id" type="xs:ID"/></xs:complexType></xs:schema>'
    ),
    ADDRESSING: (
        f'<xs:schema {_XSD} targetNamespace="{ADDRESSING}">'
        + "".join(f'<xs:element name="{name}" type="xs:anyURI"/>' for name in ("To", "Action", "MessageID"))
        + "".join(
            f'<xs:element name="{name}" type="xs:anyType"/>'
            for name in ("From", "ReplyTo", "FaultTo", "RelatesTo", "EndpointReference")
        )
        + '<xs:complexType name="EndpointReferenceType"><xs:sequence>'
        '<xs:any minOccurs="0" maxOccurs="unbounded" processContents="lax"/></xs:sequence></xs:complexType>'
        "</xs:schema>"
    ),
    XOP: (
        f'<xs:schema {_XSD} targetNamespace="{XOP}"><xs:element name="Include" type="xs:anyType"/></xs:schema>'
    ),
}
