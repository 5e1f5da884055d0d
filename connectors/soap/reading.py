"""A WSDL and its schemas, read with zeep from the uploaded files only, and as tolerantly as they need.

Zeep gives up on the first missing type and forgets documentation and enumerations; the subclasses here note
both, replace what is missing by "anything", and name it among the findings. Must never: open a file or a
connection; accept a document type declaration.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import unquote, urlsplit

from lxml import etree
from zeep import exceptions, ns
from zeep.loader import absolute_location
from zeep.settings import Settings
from zeep.wsdl.wsdl import Definition, Document
from zeep.xsd import elements as xsd_elements
from zeep.xsd.elements.indicators import Sequence as XsdSequence
from zeep.xsd.schema import Schema, SchemaDocument
from zeep.xsd.types import AnyType
from zeep.xsd.visitor import SchemaVisitor, tags

from connectors.soap.known_schemas import KNOWN, SWAREF, XML_NAMESPACE, XMLMIME
from connectors.soap.markup import MarkupRefused, local_name, parse

_ROOT = "file:///"
_DOCUMENTATION = {"wsdl": ns.WSDL, "xsd": ns.XSD}
MAX_DOCUMENTS = 400
MAX_DOCUMENT_BYTES = 10 * 1024 * 1024


class WsdlRefused(ValueError):
    """The description can't be used at all: not XML, hostile, or no SOAP port in it."""


class MissingType(AnyType):  # type: ignore[misc]
    """Stands for a type that no uploaded file declares: anything goes."""


@dataclass(frozen=True, slots=True)
class Note:
    """What zeep forgets of a node: its documentation, its enumeration, and where to look for the latter if
    it has none.
    """

    description: str = ""
    enum: tuple[str, ...] = ()
    base: str = ""
    inline: bool = False


@dataclass(slots=True)
class Notes:
    """What was noted while reading. ``types`` by Clark name; findings in order, each once."""

    types: dict[str, Note] = field(default_factory=dict)
    found: dict[str, None] = field(default_factory=dict)

    def finding(self, text: str) -> None:
        self.found.setdefault(text)


class Library:
    """The uploaded files as a zeep transport: ``load`` looks a location up among them and nowhere else."""

    def __init__(self, files: Mapping[str, bytes], notes: Notes) -> None:
        self._files = {
            posixpath.normpath(path.replace("\\", "/")).lstrip("/"): content
            for path, content in files.items()
        }
        self._by_name: dict[str, list[str]] = {}
        for path in self._files:
            self._by_name.setdefault(posixpath.basename(path), []).append(path)
        self._notes = notes
        self._loaded = 0

    def location(self, path: str) -> str:
        return _ROOT + posixpath.normpath(path.replace("\\", "/")).lstrip("/")

    def load(self, url: str) -> bytes:
        """Zeep's own way in; it must find nothing that ``tree`` doesn't."""
        return etree.tostring(self.tree(url))

    def tree(self, url: str, *, required: bool = False) -> etree._Element:
        """Raises: WsdlRefused for hostile documents, or if ``required`` and missing."""
        self._loaded += 1
        if self._loaded > MAX_DOCUMENTS:
            raise WsdlRefused("the description imports too many documents")
        known = _known(url)
        if known is not None:
            return parse(KNOWN[known].encode(), strict=True)
        content = self._content(url)
        if content is None:
            if required:
                raise WsdlRefused("the WSDL named by the manifest is not among the files")
            self._notes.finding(f"imported document is not among the uploaded files: {_shown(url)}")
            return etree.Element(etree.QName(ns.XSD, "schema").text)
        if len(content) > MAX_DOCUMENT_BYTES:
            raise WsdlRefused(f"{_shown(url)} is too large")
        try:
            return parse(content, strict=True)
        except MarkupRefused as refused:
            raise WsdlRefused(f"{_shown(url)}: {refused}") from None

    def _content(self, url: str) -> bytes | None:
        if url.startswith(_ROOT):
            path = posixpath.normpath(unquote(url.removeprefix(_ROOT).partition("#")[0])).lstrip("/")
            while path.startswith("../"):
                path = path[3:]
            if path in self._files:
                return self._files[path]
        else:
            path = urlsplit(url).path
        # A location that names a server: the file beside it, if only one has that name.
        same = self._by_name.get(posixpath.basename(path), [])
        return self._files[same[0]] if len(same) == 1 else None


def _known(url: str) -> str | None:
    if url in KNOWN:
        return url
    if url.rpartition("/")[2] in ("swaref.xsd", "xmlmime"):
        return SWAREF if "ws-i.org" in url else XMLMIME
    if url in ("https://www.w3.org/2001/xml.xsd", "http://www.w3.org/2001/xml.xsd", XML_NAMESPACE):
        return XML_NAMESPACE
    return None


def _shown(url: str) -> str:
    return url.removeprefix(_ROOT)[:200]


def documentation(node: etree._Element) -> str:
    """The text of ``xs:annotation/xs:documentation`` or ``wsdl:documentation``, blanks collapsed."""
    found = node.findall("xsd:annotation/xsd:documentation", _DOCUMENTATION)
    found += node.findall("wsdl:documentation", _DOCUMENTATION)
    texts = [" ".join("".join(str(piece) for piece in item.itertext()).split()) for item in found]
    return " / ".join(text for text in texts if text)


def _note(node: etree._Element) -> Note:
    """Of an element, an attribute or a simple type, with the simple type inside it."""
    simple = node if node.tag == tags.simpleType else node.find("xsd:simpleType", _DOCUMENTATION)
    if simple is None:
        return Note(documentation(node))
    enum: list[str] = []
    base = ""
    for part in simple.iter(etree.QName(ns.XSD, "restriction").text):
        base = base or _clark(part, part.get("base", ""))
        enum += [str(item.get("value", "")) for item in part.findall("xsd:enumeration", _DOCUMENTATION)]
    described = documentation(node) or documentation(simple)
    return Note(described, tuple(enum), base, inline=simple is not node)


def _clark(node: etree._Element, name: str) -> str:
    prefix, colon, local = name.strip().rpartition(":")
    namespace = node.nsmap.get(prefix if colon else None)
    return f"{{{namespace}}}{local}" if namespace else local


class NotingVisitor(SchemaVisitor):  # type: ignore[misc]
    """Zeep's visitor, which also notes what is said of things, and skips a global component that it can't
    read.
    """

    schema: TolerantSchema

    def process(self, node: etree._Element, parent: etree._Element) -> Any:
        is_global = parent is not None and parent.tag == tags.schema
        if not is_global:
            return super().process(node, parent)
        if node.tag not in self.visitors or self.visitors[node.tag] is None:
            self.schema.notes.finding(f"xs:{local_name(node)} is not read ({self._where()})")
            return None
        try:
            return super().process(node, parent)
        except WsdlRefused:
            raise
        except Exception as error:
            self.schema.notes.finding(
                f"xs:{local_name(node)} {node.get('name', '')!r} can't be read:"
                f" {type(error).__name__} ({self._where()})"
            )
            return None

    def visit_element(self, node: etree._Element, parent: etree._Element) -> Any:
        found = super().visit_element(node, parent)
        if found is not None:
            found.tongban_note = _note(node)
        return found

    def visit_attribute(self, node: etree._Element, parent: etree._Element) -> Any:
        found = super().visit_attribute(node, parent)
        if found is not None:
            found.tongban_note = _note(node)
        return found

    def visit_complex_type(self, node: etree._Element, parent: etree._Element) -> Any:
        found = super().visit_complex_type(node, parent)
        # on the class that zeep makes for each type: instances are replaced when extensions are resolved
        type(found).tongban_note = Note(documentation(node))
        return found

    def visit_simple_type(self, node: etree._Element, parent: etree._Element) -> Any:
        if parent.tag == tags.schema:
            name = f"{{{self.document._target_namespace or ''}}}{node.get('name', '')}"
            self.schema.notes.types[name] = _note(node)
        return super().visit_simple_type(node, parent)

    def visit_redefine(self, node: etree._Element, parent: etree._Element) -> Any:
        self.schema.notes.finding(f"xs:redefine is read as xs:include ({self._where()})")
        return self.visit_include(node, parent)

    def _retrieve_data(self, url: Any, base_url: str | None = None) -> etree._Element:
        return self.schema.library.tree(_absolute(str(url), base_url))

    def _where(self) -> str:
        return _shown(str(self.document._location or ""))

    visitors: ClassVar[dict[Any, Any]] = {
        **SchemaVisitor.visitors,
        tags.element: visit_element,
        tags.attribute: visit_attribute,
        tags.complexType: visit_complex_type,
        tags.simpleType: visit_simple_type,
        etree.QName(ns.XSD, "redefine"): visit_redefine,
    }


def _absolute(url: str, base_url: str | None) -> str:
    return str(absolute_location(url.strip(), base_url))


class TolerantSchemaDocument(SchemaDocument):  # type: ignore[misc]
    """Resolves component by component: one that can't be resolved costs only itself."""

    def __init__(self, namespace: str | None, location: str, base_url: str, notes: Notes) -> None:
        super().__init__(namespace, location, base_url)
        self._notes = notes
        self._is_resolved = False

    def load(self, schema: TolerantSchema, node: etree._Element | None) -> None:
        if node is not None:
            NotingVisitor(schema, self).visit_schema(node)

    def resolve(self) -> None:
        if self._is_resolved:
            return
        self._is_resolved = True
        for documents in self._imports.values():
            for document in documents:
                document.resolve()
        for kind in (self._attribute_groups, self._attributes, self._elements, self._groups, self._types):
            for name, component in list(kind.items()):
                try:
                    kind[name] = component.resolve()
                except WsdlRefused:
                    raise
                except Exception as error:
                    self._notes.finding(f"{_shown(str(name))} can't be resolved: {type(error).__name__}")


class TolerantSchema(Schema):  # type: ignore[misc]
    """Zeep's schema, which answers for what is missing with "anything"."""

    def __init__(self, library: Library, notes: Notes, location: str, settings: Settings) -> None:
        self.library = library
        self.notes = notes
        super().__init__(node=None, transport=library, location=location, settings=settings)

    def create_new_document(
        self,
        node: etree._Element | None,
        url: str,
        base_url: str | None = None,
        target_namespace: str | None = None,
    ) -> Any:
        namespace = (node.get("targetNamespace") if node is not None else None) or target_namespace
        document = TolerantSchemaDocument(
            namespace, url, base_url if base_url is not None else url, self.notes
        )
        self.documents.add(document)
        document.load(self, node)
        return document

    def add_documents(self, schema_nodes: list[etree._Element], location: str) -> None:
        # Inline schemas refer to each other in any order: all are loaded before any is resolved.
        made = [self.create_new_document(node, location) for node in schema_nodes]
        for document in made:
            document.resolve()
        self._prefix_map_auto = self._create_prefix_map()

    def _get_instance(self, qname: Any, method_name: str, name: str) -> Any:
        qname = self._create_qname(qname)
        if qname.namespace in KNOWN and not self.documents.has_schema_document_for_ns(qname.namespace):
            self.create_new_document(self.library.tree(qname.namespace), qname.namespace).resolve()
        found = None
        with suppress(exceptions.LookupError, exceptions.NamespaceError):
            found = super()._get_instance(qname, method_name, name)
        if found is not None:
            return found
        if qname.namespace == ns.XSD and name == "element":
            return xsd_elements.Element(qname, AnyType())
        self.notes.finding(f"{name} {qname.text} is not declared in any uploaded file")
        if name == "type":
            return MissingType(qname=qname)
        if name == "group":
            return xsd_elements.Group(qname, XsdSequence([xsd_elements.Any(min_occurs=0)]))
        if name == "attributeGroup":
            return xsd_elements.AttributeGroup(qname, [])
        if name == "attribute":
            return xsd_elements.Attribute(qname, self.get_type(etree.QName(ns.XSD, "string")))
        return xsd_elements.Element(qname, MissingType(qname=qname))


class TolerantDocument(Document):  # type: ignore[misc]
    """Zeep's WSDL document over a library; what its bindings can't resolve is mended before zeep sees it."""

    def __init__(self, location: str, library: Library, notes: Notes) -> None:
        self.settings = Settings(
            strict=True,
            xml_huge_tree=False,
            forbid_dtd=True,
            forbid_entities=True,
            forbid_external=True,
            force_https=False,
        )
        self.location = location
        self.transport = library
        self.notes = notes
        self.trees: list[etree._Element] = []
        self._definitions: dict[tuple[str, str], Definition] = {}
        self.types = TolerantSchema(library, notes, location, self.settings)
        self.load(location)

    def _get_xml_document(self, location: Any, *, _initial: bool = False) -> etree._Element:
        root = self.transport.tree(str(location), required=_initial)
        if local_name(root) == "definitions":
            _mend(root, self.notes)
            self.trees.append(root)
        elif _initial:
            raise WsdlRefused("the document is not a WSDL 1.1 description")
        return root


def _mend(root: etree._Element, notes: Notes) -> None:
    """Drops declarations of headers that name a message or part which isn't there: zeep would drop the
    whole document.
    """
    parts = {
        str(message.get("name")): {str(part.get("name")) for part in message.findall(f"{{{ns.WSDL}}}part")}
        for message in root.findall(f"{{{ns.WSDL}}}message")
    }
    imports = root.find(f"{{{ns.WSDL}}}import") is not None
    for soap in (ns.SOAP_11, ns.SOAP_12):
        for tag in ("header", "headerfault"):
            for node in list(root.iter(f"{{{soap}}}{tag}")):
                message = str(node.get("message", "")).rpartition(":")[2]
                complete = all(node.get(name) for name in ("message", "part"))
                there = message in parts and node.get("part") in parts[message]
                if node.get("use") is None:
                    node.set("use", "literal")
                if complete and (there or (imports and message not in parts)):
                    continue
                notes.finding(
                    f"a soap:{tag} names message {message!r}, which lacks that part; the header is left out"
                )
                parent = node.getparent()
                if parent is not None:
                    parent.remove(node)


def read(files: Mapping[str, bytes], wsdl: str) -> TolerantDocument:
    """Reads the WSDL at the path ``wsdl`` and everything it imports, out of ``files``.

    Raises: WsdlRefused.
    """
    notes = Notes()
    library = Library(files, notes)
    try:
        return TolerantDocument(library.location(wsdl), library, notes)
    except WsdlRefused:
        raise
    except Exception as error:
        raise WsdlRefused(f"the WSDL can't be read: {type(error).__name__}") from error
