"""SOAP faults of both versions.

A fault's text is written for operators of both sides: it must never repeat a value that was sent.
"""

from __future__ import annotations

from lxml import etree

from demo.departments.soap.versions import V11, Version

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


class SoapFault(Exception):
    """``code`` in SOAP 1.1's words: Client, Server, MustUnderstand, VersionMismatch.

    ``subcode`` (``{namespace}Local``) replaces the code in 1.1 and is the Subcode in 1.2. ``detail`` is the
    department's own element.
    """

    def __init__(
        self, code: str, text: str, *, subcode: str | None = None, detail: etree._Element | None = None
    ) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.subcode = subcode
        self.detail = detail


def render(fault: SoapFault, version: Version) -> etree._Element:
    """The body element of an answer."""
    return _render_11(fault) if version is V11 else _render_12(fault, version)


def http_status(fault: SoapFault, version: Version) -> int:
    """SOAP 1.1 § 6.2: always 500. SOAP 1.2 part 2, table 20: 400 for env:Sender, 500 for the rest."""
    return 400 if version is not V11 and fault.code == "Client" else 500


def _render_11(fault: SoapFault) -> etree._Element:
    space, prefix = V11.namespace, V11.prefix
    root = etree.Element(f"{{{space}}}Fault", nsmap={prefix: space})
    code = etree.SubElement(root, "faultcode", nsmap=_subcode_map(fault))
    code.text = _subcode_text(fault) or f"{prefix}:{fault.code}"
    etree.SubElement(root, "faultstring").text = fault.text
    if fault.detail is not None:
        etree.SubElement(root, "detail").append(fault.detail)
    return root


def _render_12(fault: SoapFault, version: Version) -> etree._Element:
    space = f"{{{version.namespace}}}"
    root = etree.Element(f"{space}Fault", nsmap={version.prefix: version.namespace})
    code = etree.SubElement(root, f"{space}Code")
    etree.SubElement(code, f"{space}Value").text = f"{version.prefix}:{version.fault_codes[fault.code]}"
    if fault.subcode is not None:
        sub = etree.SubElement(code, f"{space}Subcode")
        etree.SubElement(sub, f"{space}Value", nsmap=_subcode_map(fault)).text = _subcode_text(fault)
    reason = etree.SubElement(root, f"{space}Reason")
    etree.SubElement(reason, f"{space}Text", {_XML_LANG: "zh-CN"}).text = fault.text
    if fault.detail is not None:
        etree.SubElement(root, f"{space}Detail").append(fault.detail)
    return root


def _subcode_map(fault: SoapFault) -> dict[str, str] | None:
    if fault.subcode is None:
        return None
    return {"ns1": str(etree.QName(fault.subcode).namespace)}


def _subcode_text(fault: SoapFault) -> str | None:
    return f"ns1:{etree.QName(fault.subcode).localname}" if fault.subcode is not None else None
