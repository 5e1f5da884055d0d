"""A department's published description: its WSDL and XSD files, read once, served as they are.

Only the address in ``soap:address`` is the running server's. Nothing outside the department's own folder
is ever served.
"""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from demo.departments.soap.elements import serialised

ROOT = Path(__file__).resolve().parents[2] / "connectors"
_ADDRESSES = (
    "{http://schemas.xmlsoap.org/wsdl/soap/}address",
    "{http://schemas.xmlsoap.org/wsdl/soap12/}address",
)


class Description:
    """``wsdl`` is the main document's file name in ``connectors/<code>/``."""

    def __init__(self, code: str, wsdl: str) -> None:
        folder = ROOT / code
        self._files = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.suffix in (".wsdl", ".xsd")
        }
        self._wsdl = wsdl

    def wsdl(self, address: str) -> bytes:
        root = etree.fromstring(self._files[self._wsdl])
        encoding = root.getroottree().docinfo.encoding or "UTF-8"
        for tag in _ADDRESSES:
            for element in root.iter(tag):
                element.set("location", address)
        return serialised(root, encoding)

    def file(self, path: str) -> bytes | None:
        return self._files.get(path)


def load_schema(code: str, path: str) -> etree.XMLSchema:
    """The compiled XSD that requests are held against, with all that it includes and imports."""
    parser = etree.XMLParser(no_network=True, resolve_entities=False)
    return etree.XMLSchema(etree.parse(str(ROOT / code / path), parser))


def load_inline_schema(code: str, wsdl: str) -> etree.XMLSchema:
    """The schema inside a WSDL's types."""
    root = etree.fromstring((ROOT / code / wsdl).read_bytes())
    found = root.find(".//{http://www.w3.org/2001/XMLSchema}schema")
    assert found is not None
    return etree.XMLSchema(etree.fromstring(etree.tostring(found)))
