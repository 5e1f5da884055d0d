"""A WSDL 1.1 description as its parts: messages, port types, bindings, ports, found by name.

Source: WSDL 1.1 (W3C Note, 15 March 2001), sections 2 and 3; WSDL 1.1 Binding Extension for SOAP 1.2.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from connectors.manifest.findings import did_you_mean
from connectors.soap.library import Library
from connectors.soap.nodes import Node
from connectors.soap.remarks import Remarks, shown
from connectors.soap.schemas import SCHEMA, Schemas
from connectors.soap.shape import Version

WSDL = "http://schemas.xmlsoap.org/wsdl/"
WSDL_2 = "http://www.w3.org/ns/wsdl"
SOAP: dict[str, Version] = {
    "http://schemas.xmlsoap.org/wsdl/soap/": "1.1",
    "http://schemas.xmlsoap.org/wsdl/soap12/": "1.2",
}
_MOST_COMPARED = 400
_KINDS = ("message", "portType", "binding")


@dataclass(slots=True)
class Definitions:
    """Every definitions element that was reached, their global parts by Clark name."""

    root: Node
    schemas: Schemas
    remarks: Remarks
    parts: dict[tuple[str, str], Node] = field(default_factory=dict)
    by_local: dict[tuple[str, str], list[Node]] = field(default_factory=dict)
    namespaces: dict[int, str] = field(default_factory=dict)
    services: list[Node] = field(default_factory=list)
    missing: set[tuple[str, str]] = field(default_factory=set)

    def find(self, kind: str, name: str, where: Node) -> Node | None:
        """``name`` as written at ``where``; where the namespace is wrong, the only one of that local name."""
        prefix, _, local = name.strip().rpartition(":")
        found = self.parts.get((kind, f"{{{where.prefixes.get(prefix, '')}}}{local}"))
        if found is not None:
            return found
        same = self.by_local.get((kind, local), [])
        if (kind, local) not in self.missing:
            self.missing.add((kind, local))
            said = f"{kind} {shown(name)} is not declared"
            if len(same) == 1:
                said += f" in that namespace; the one in line {same[0].line} is taken"
            named = [name for of, name in self.by_local if of == kind]
            fix = did_you_mean(local, named) if len(named) <= _MOST_COMPARED else ""
            self.remarks.say(f"wsdl.{kind.lower()}", where, said, fix or f"declare a {kind} of that name")
        return same[0] if len(same) == 1 else None

    def of_kind(self, kind: str) -> Iterator[Node]:
        return (node for (of, _), node in self.parts.items() if of == kind)

    def namespace(self, node: Node) -> str:
        """The target namespace of the definitions that declare it."""
        return self.namespaces.get(id(node), self.root.get("targetNamespace"))


def read_definitions(library: Library, path: str, remarks: Remarks) -> Definitions:
    """Raises: WsdlRefused."""
    root = library.wsdl(path)
    if root.name != f"{{{WSDL}}}definitions":
        newer = root.namespace == WSDL_2
        raise remarks.refuse(
            "wsdl.other",
            root,
            "this is WSDL 2.0; only 1.1 is read" if newer else "the document is not a WSDL 1.1 description",
            "ask the department for its WSDL 1.1" if newer else "name the file with wsdl:definitions",
        )
    found = Definitions(root, Schemas(library, remarks), remarks)
    seen: set[int] = set()
    left = [root]
    while left:
        node = left.pop(0)
        if id(node) in seen:
            continue
        seen.add(id(node))
        left += _one(node, found, library)
    found.schemas.finish()
    return found


def _one(node: Node, into: Definitions, library: Library) -> list[Node]:
    """Reads one definitions element; gives those that it imports."""
    namespace = node.get("targetNamespace")
    imported: list[Node] = []
    for child in node.children:
        if child.name == f"{{{WSDL}}}types":
            for schema in child.within():
                if schema.name == SCHEMA:
                    into.schemas.add(schema, node.file)
        elif child.name == f"{{{WSDL}}}import":
            imported += _imported(child, into, library)
        elif child.name == f"{{{WSDL}}}service":
            into.services.append(child)
        elif child.namespace == WSDL and child.local in _KINDS:
            into.namespaces[id(child)] = namespace
            key = (child.local, f"{{{namespace}}}{child.get('name')}")
            if key in into.parts:
                into.remarks.say(
                    "wsdl.twice",
                    child,
                    f"{child.local} {shown(child.get('name'))} is declared in line {into.parts[key].line} already;"
                    " that one is read",
                )
            else:
                into.parts[key] = child
                into.by_local.setdefault((child.local, child.get("name")), []).append(child)
    return imported


def _imported(node: Node, into: Definitions, library: Library) -> list[Node]:
    location = node.get("location")
    path = library.find(location, node.file) if location else None
    if path is None:
        into.remarks.say(
            "import.missing",
            node,
            f"the imported document is not among the files: {shown(location) or '(no location)'}",
            f"put {shown(location.rpartition('/')[2])} beside the WSDL" if location else "give it a location",
        )
        return []
    root = library.root(path, namespace=node.get("namespace"))
    if root is None:
        return []
    if root.name == SCHEMA:
        into.schemas.add(root, path)
    elif root.name == f"{{{WSDL}}}definitions":
        return [root]
    else:
        into.remarks.say("import.other", node, f"{shown(path)} is neither a WSDL nor an XML Schema")
    return []
