"""The uploaded files of a description: a location is looked up among them and nowhere else.

Must never: open a file or a connection.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote, urlsplit

from connectors.soap.known_schemas import KNOWN
from connectors.soap.markup import decoded, without_illegal
from connectors.soap.nodes import XSD, Hostile, Malformed, Node, parse_nodes
from connectors.soap.remarks import Remarks

MAX_DOCUMENTS = 400
MAX_DOCUMENT_BYTES = 10 * 1024 * 1024
MAX_BYTES = 40 * 1024 * 1024


class Library:
    """Files by their paths, parsed once each."""

    def __init__(self, files: Mapping[str, bytes], remarks: Remarks) -> None:
        self._files = {_normal(path): content for path, content in files.items()}
        self._lowered = {path.lower(): path for path in self._files}
        self._by_name: dict[str, list[str]] = {}
        for path in self._files:
            self._by_name.setdefault(posixpath.basename(path).lower(), []).append(path)
        self._remarks = remarks
        self._parsed: dict[str, Node | None] = {}
        self._bytes = 0
        self._namespaces: dict[str, list[str]] | None = None

    def wsdl(self, path: str) -> Node:
        """Raises: WsdlRefused."""
        path = _normal(path)
        if path not in self._files:
            raise self._remarks.refuse(
                "wsdl.missing",
                path,
                "the WSDL named by the manifest is not among the files",
                "put it where backend.describe says",
            )
        root = self.root(path, required=True)
        assert root is not None
        return root

    def root(self, path: str, *, required: bool = False, namespace: str = "") -> Node | None:
        """The file's root; None if it can't be read, which is said. A standard schema that can't be read is
        replaced by our own.

        Raises: WsdlRefused for hostile documents, and for any that can't be read if ``required``.
        """
        if path not in self._parsed:
            if len(self._parsed) >= MAX_DOCUMENTS:
                raise self._remarks.refuse("xml.large", path, "the description imports too many documents")
            self._parsed[path] = self._read(path, required, namespace)
        return self._parsed[path]

    def _read(self, path: str, required: bool, namespace: str) -> Node | None:
        content = self._files[path]
        self._bytes += len(content)
        if len(content) > MAX_DOCUMENT_BYTES or self._bytes > MAX_BYTES:
            raise self._remarks.refuse("xml.large", path, "the description is too large")
        text, remark = decoded(content)
        if remark:
            self._remarks.say("xml.encoding", path, remark, "declare the encoding that the file has")
        try:
            return parse_nodes(text, path)
        except Hostile as hostile:
            return self._instead(namespace, _at(path, hostile), str(hostile))
        except Malformed as malformed:
            return self._salvaged(text, path, malformed, required)

    def _instead(self, namespace: str, where: Node, said: str) -> Node:
        """W3C's own schemas have document type declarations, which are not read either."""
        if namespace not in KNOWN:
            raise self._remarks.refuse("xml.hostile", where, said, "take it out of the file")
        self._remarks.say("xml.hostile", where, f"{said}; our own copy is read", severity="info")
        return known(namespace)

    def _salvaged(self, text: str, path: str, malformed: Malformed, required: bool) -> Node | None:
        where = _at(path, malformed)
        cleaned = without_illegal(text)
        if cleaned != text:
            try:
                root = parse_nodes(cleaned, path)
            except Malformed:
                pass
            else:
                self._remarks.say("xml.characters", where, "characters that XML doesn't allow are dropped")
                return root
        if required:
            raise self._remarks.refuse("xml.malformed", where, str(malformed), "mend the file")
        self._remarks.say("xml.malformed", where, f"{malformed}; what stands before is read", "mend the file")
        return malformed.root

    def find(self, location: str, base: str) -> str | None:
        """The uploaded file meant by ``location`` in the file ``base``: beside it, else the only or nearest
        of that name.
        """
        url = urlsplit(location.strip().replace("\\", "/"))
        wanted = unquote(url.path)
        if not url.scheme or len(url.scheme) == 1:
            path = _normal(posixpath.join(posixpath.dirname(base), wanted))
            found = path if path in self._files else self._lowered.get(path.lower())
            if found is not None and not url.query:
                return found
        names = [value for _, value in parse_qsl(url.query, keep_blank_values=True)] or [wanted]
        for name in names:
            local = posixpath.basename(name).lower()
            for candidate in (local, f"{local}.xsd", f"{local}.wsdl"):
                if local and candidate in self._by_name:
                    return self._nearest(self._by_name[candidate], base)
        return None

    def of_namespace(self, namespace: str, base: str) -> str | None:
        """The only (or nearest) schema file with that target namespace."""
        if self._namespaces is None:
            self._namespaces = {}
            for path in sorted(self._files):
                if path.lower().endswith(".xsd"):
                    root = self._peeked(path)
                    if root is not None and root.name == f"{{{XSD}}}schema":
                        self._namespaces.setdefault(root.get("targetNamespace"), []).append(path)
        found = self._namespaces.get(namespace)
        return self._nearest(found, base) if found else None

    def _peeked(self, path: str) -> Node | None:
        """A file that nobody named: what is wrong with it is nobody's loss."""
        if path in self._parsed:
            return self._parsed[path]
        if len(self._files[path]) > MAX_DOCUMENT_BYTES or len(self._parsed) >= MAX_DOCUMENTS:
            return None
        try:
            return parse_nodes(decoded(self._files[path])[0], path)
        except Malformed:
            return None

    def _nearest(self, paths: list[str], base: str) -> str:
        here = posixpath.dirname(base).split("/")
        return max(paths, key=lambda path: (_shared(here, posixpath.dirname(path).split("/")), path))


def known(namespace: str) -> Node:
    """Our own copy of a standard schema."""
    return parse_nodes(KNOWN[namespace], namespace)


def _shared(one: list[str], other: list[str]) -> int:
    return next(
        (position for position, (left, right) in enumerate(zip(one, other, strict=False)) if left != right),
        min(len(one), len(other)),
    )


def _at(path: str, error: Malformed) -> Node:
    return Node("", {}, {}, path, error.line, error.column)


def _normal(path: str) -> str:
    path = posixpath.normpath(path.replace("\\", "/")).lstrip("/")
    while path.startswith("../"):
        path = path[3:]
    return path
