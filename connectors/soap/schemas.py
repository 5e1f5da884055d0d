"""XML Schema documents of a description: loaded, and their global components by name.

Documents are read as one set: whoever names a component finds it, whatever imports it forgot. Must never: read
one document twice into the same namespace, so that circles of imports end.
Source: XML Schema 1.0 part 1, sections 4.2.1 (include, chameleon), 4.2.2 (redefine), 4.2.3 (import).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Literal

from connectors.manifest.findings import did_you_mean
from connectors.soap.known_schemas import KNOWN
from connectors.soap.library import Library, known
from connectors.soap.nodes import XSD, Node
from connectors.soap.remarks import Remarks, shown

Kind = Literal["type", "element", "group", "attributeGroup", "attribute"]
SCHEMA = f"{{{XSD}}}schema"
_KINDS: dict[str, Kind] = {
    "complexType": "type",
    "simpleType": "type",
    "element": "element",
    "group": "group",
    "attributeGroup": "attributeGroup",
    "attribute": "attribute",
}
_MOST_COMPARED = 400
_SAID_ELSEWHERE = ("annotation", "notation", "defaultOpenContent")
_USUAL_PREFIXES = {"xs": XSD, "xsd": XSD, "s": XSD}
_NEVER_LOADED = (XSD, "http://schemas.xmlsoap.org/wsdl/", "http://www.w3.org/2001/XMLSchema-instance")


@dataclass(frozen=True, slots=True, eq=False)
class Home:
    """What a component's schema document says for all of it. ``adopted``: a document without a namespace,
    included into one.
    """

    file: str
    namespace: str
    adopted: bool = False
    qualified_elements: bool = False
    qualified_attributes: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Component:
    node: Node
    home: Home


class Schemas:
    """Every schema document that a description reaches."""

    def __init__(self, library: Library, remarks: Remarks) -> None:
        self._library = library
        self._remarks = remarks
        self._tables: dict[Kind, dict[str, Component]] = {kind: {} for kind in _KINDS.values()}
        self._redefined: dict[int, Component] = {}
        self._queue: deque[tuple[Node, str, str]] = deque()
        self._seen: set[tuple[int, str]] = set()
        self._kept: list[Node] = []
        self._namespaces: set[str] = set()
        self._absent: set[tuple[Kind, str]] = set()
        self._missing: list[tuple[Node, str]] = []

    def add(self, schema: Node, file: str) -> None:
        """A schema document and all that it includes and imports."""
        self._queue.append((schema, file, ""))
        self._drain()

    def finish(self) -> None:
        """After the last ``add``: imports that led nowhere are looked for by their namespace, then named."""
        for node, file in self._missing:
            namespace, location = node.get("namespace"), node.get("schemaLocation")
            path = None if namespace in self._namespaces else self._library.of_namespace(namespace, file)
            root = self._library.root(path, namespace=namespace) if path is not None else None
            if root is not None and path is not None:
                self.add(root, path)
                if location:
                    self._remarks.say(
                        "import.elsewhere",
                        node,
                        f"the imported document is not among the files: {shown(location)};"
                        f" {shown(path)} declares its namespace and is read",
                        severity="info",
                    )
            elif location:
                self._remarks.say(
                    "import.missing",
                    node,
                    f"the imported document is not among the files: {shown(location)}",
                    f"put {shown(location.rpartition('/')[2])} beside the WSDL",
                    "info" if namespace in self._namespaces else "warning",
                )
        self._missing.clear()

    def components(self, kind: Kind) -> dict[str, Component]:
        """By Clark name."""
        return self._tables[kind]

    def find(self, kind: Kind, name: str, where: Node) -> Component | None:
        """None, and said, where nothing declares it. What redefines a component finds the one redefined."""
        table = self._tables[kind]
        found = table.get(name)
        if found is not None:
            return self._redefined.get(id(where), found) if found.node is not where else found
        namespace = name[1:].rpartition("}")[0]
        if namespace in KNOWN and namespace not in self._namespaces:
            self.add(known(namespace), namespace)
            if name in table:
                return table[name]
        if (kind, name) not in self._absent:
            self._absent.add((kind, name))
            self._remarks.say(
                "xsd.undeclared",
                where,
                f"{kind} {shown(name)} is not declared in any of the files",
                _meant(name, table) or "declare it, or put the file that does beside the WSDL",
            )
        return None

    def resolve(self, node: Node, name: str, home: Home) -> str:
        """A QName in an attribute of ``node``, in Clark's notation."""
        prefix, colon, local = name.strip().rpartition(":")
        namespace = node.prefixes.get(prefix)
        if colon and namespace is None:
            namespace = _USUAL_PREFIXES.get(prefix, home.namespace)
            self._remarks.say(
                "xsd.prefix", node, f"the prefix {shown(prefix)!r} is not declared; {namespace!r} is assumed"
            )
        if not colon and not namespace and home.adopted:
            namespace = home.namespace
        return f"{{{namespace}}}{local}" if namespace else local

    def _drain(self) -> None:
        while self._queue:
            schema, file, adopted = self._queue.popleft()
            namespace = schema.get("targetNamespace") or adopted
            if (id(schema), namespace) in self._seen:
                continue
            self._seen.add((id(schema), namespace))
            self._kept.append(schema)
            self._namespaces.add(namespace)
            home = Home(
                file,
                namespace,
                bool(adopted) and not schema.get("targetNamespace"),
                schema.get("elementFormDefault") == "qualified",
                schema.get("attributeFormDefault") == "qualified",
            )
            for child in schema.children:
                self._child(child, home)

    def _child(self, child: Node, home: Home) -> None:
        if child.namespace != XSD or child.local in _SAID_ELSEWHERE:
            return
        if child.local == "import":
            self._import(child, home)
        elif child.local == "include":
            self._include(child, home)
        elif child.local in ("redefine", "override"):
            self._include(child, home, front=True)
            for inner in child.children:
                if inner.local in _KINDS:
                    self._declare(inner, home, over=True)
        elif child.local in _KINDS:
            self._declare(child, home)
        else:
            self._remarks.say("xsd.unread", child, f"xs:{shown(child.local)} is not read here")

    def _declare(self, node: Node, home: Home, *, over: bool = False) -> None:
        local = node.get("name")
        if not local:
            self._remarks.say("xsd.nameless", node, f"an xs:{node.local} of a schema needs a name", "name it")
            return
        name = f"{{{home.namespace}}}{local}" if home.namespace else local
        table = self._tables[_KINDS[node.local]]
        declared = table.get(name)
        if over:
            if declared is not None:
                for inner in node.within():
                    self._redefined[id(inner)] = declared
            table[name] = Component(node, home)
        elif declared is None:
            table[name] = Component(node, home)
        elif not _same(declared.node, node):
            self._remarks.say(
                "xsd.twice",
                node,
                f"{shown(name)} is declared in {shown(declared.node.file)}:{declared.node.line} already;"
                " that one is read",
            )

    def _include(self, node: Node, home: Home, *, front: bool = False) -> None:
        location = node.get("schemaLocation")
        path = self._library.find(location, home.file) if location else None
        root = self._library.root(path, namespace=home.namespace) if path is not None else None
        if path is None:
            self._remarks.say(
                "import.missing",
                node,
                f"the included document is not among the files: {shown(location) or '(no schemaLocation)'}",
                f"put {shown(location.rpartition('/')[2])} beside the WSDL" if location else "name a file",
            )
        elif root is not None and root.name == SCHEMA:
            if front:
                self._first(root, path, home.namespace)
            else:
                self._queue.append((root, path, home.namespace))

    def _first(self, root: Node, path: str, namespace: str) -> None:
        """A redefined document is declared before what redefines it."""
        waiting, self._queue = self._queue, deque([(root, path, namespace)])
        self._drain()
        self._queue = waiting

    def _import(self, node: Node, home: Home) -> None:
        namespace, location = node.get("namespace"), node.get("schemaLocation")
        if namespace in _NEVER_LOADED:
            return
        path = self._library.find(location, home.file) if location else None
        if path is None and namespace in KNOWN:
            self._queue.append((known(namespace), namespace, ""))
            return
        if path is None:
            self._missing.append((node, home.file))
            return
        root = self._library.root(path, namespace=namespace)
        if root is None:
            return
        schemas = (
            [root] if root.name == SCHEMA else [found for found in root.within() if found.name == SCHEMA]
        )
        if not schemas:
            self._remarks.say("import.other", node, f"{shown(path)} is no XML Schema")
        for schema in schemas:
            told = schema.get("targetNamespace")
            if len(schemas) == 1 and told != namespace:
                self._remarks.say(
                    "import.namespace",
                    node,
                    f"{shown(path)} declares {told!r}, not {namespace!r}",
                    severity="info",
                )
            self._queue.append((schema, path, ""))


def _meant(name: str, table: dict[str, Component]) -> str:
    if len(table) > _MOST_COMPARED:
        return ""
    local = name.rpartition("}")[2]
    others = [other for other in table if other.rpartition("}")[2] == local]
    return f"did you mean {others[0]}?" if others else did_you_mean(name, table)


def _same(one: Node, other: Node) -> bool:
    """The same declaration, copied into two files."""
    left = [(one, other)]
    while left:
        first, second = left.pop()
        if first is second:
            continue
        if (
            first.name != second.name
            or first.attributes != second.attributes
            or len(first.children) != len(second.children)
        ):
            return False
        left.extend(zip(first.children, second.children, strict=True))
    return True
