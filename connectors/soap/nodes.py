"""XML as nodes that know their place: file, line and column, and the prefixes in force.

A description is told of by place, and names of types stand in attribute values, so both are kept. Must never:
read a document type declaration, expand an entity, or recurse with the document's depth.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

MAX_DEPTH = 200
MAX_NODES = 1_000_000
XSD = "http://www.w3.org/2001/XMLSchema"
_OLDER_XSD = ("http://www.w3.org/2000/10/XMLSchema", "http://www.w3.org/1999/XMLSchema")
XML = "http://www.w3.org/XML/1998/namespace"


@dataclass(slots=True, eq=False)
class Node:
    """``name`` and attribute names are in Clark's notation; ``text`` is what stands between the children,
    joined. ``line`` and ``column`` (from 1) are where the tag begins.
    """

    name: str
    attributes: Mapping[str, str]
    prefixes: Mapping[str, str]
    file: str = ""
    line: int = 0
    column: int = 0
    children: list[Node] = field(default_factory=list)
    text: str = ""

    @property
    def namespace(self) -> str:
        return self.name[1:].rpartition("}")[0]

    @property
    def local(self) -> str:
        return self.name.rpartition("}")[2]

    def get(self, name: str, otherwise: str = "") -> str:
        return self.attributes.get(name, otherwise).strip()

    def all(self, name: str) -> Iterator[Node]:
        """The children of that Clark name."""
        return (child for child in self.children if child.name == name)

    def first(self, name: str) -> Node | None:
        return next(self.all(name), None)

    def within(self) -> Iterator[Node]:
        """Itself and everything below, in document order."""
        left = [self]
        while left:
            node = left.pop()
            yield node
            left.extend(reversed(node.children))

    def words(self) -> str:
        """Everything said inside, blanks collapsed."""
        return " ".join(" ".join(node.text for node in self.within()).split())


class Malformed(ValueError):
    """Not well-formed from ``line`` and ``column`` on. ``root`` is what was whole before, if anything was."""

    def __init__(self, message: str, line: int, column: int, root: Node | None = None) -> None:
        super().__init__(message)
        self.line = line
        self.column = column
        self.root = root


class Hostile(Malformed):
    """A document type declaration, or more depth or elements than any description needs."""


def parse_nodes(text: str, file: str) -> Node:
    """The root. ``text`` is decoded already: its XML declaration is not believed.

    Raises: Malformed, Hostile.
    """
    return _Building(file).parse(text)


class _Building:
    def __init__(self, file: str) -> None:
        self._file = file
        self._open: list[tuple[Node, list[str]]] = []
        self._root: Node | None = None
        self._count = 0
        parser = self._parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters

    def parse(self, text: str) -> Node:
        try:
            self._parser.Parse(_without_declaration(text).encode("utf-8", "replace"), True)
        except expat.ExpatError as error:
            raise Malformed(
                f"the XML is not well-formed: {expat.ErrorString(error.code)}",
                error.lineno,
                error.offset + 1,
                self._whole(),
            ) from None
        assert self._root is not None
        return self._root

    def _whole(self) -> Node | None:
        """The root without whatever was still open."""
        for (parent, _), (child, _) in zip(self._open, self._open[1:], strict=False):
            parent.children.remove(child)
        return self._root

    def _refuse(self, message: str) -> Hostile:
        line, column = self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber
        return Hostile(message, line, column + 1)

    def _doctype(self, *_: object) -> None:
        raise self._refuse("a document type declaration is not accepted")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > MAX_NODES:
            raise self._refuse("the document has too many elements")
        if len(self._open) >= MAX_DEPTH:
            raise self._refuse("the document is nested too deeply")
        prefixes: Mapping[str, str] = self._open[-1][0].prefixes if self._open else {"xml": XML}
        declared = {
            name.partition(":")[2]: XSD if value in _OLDER_XSD else value
            for name, value in attributes.items()
            if _declares(name)
        }
        if declared:
            prefixes = {**prefixes, **declared}
        plain = {
            _clark(name, prefixes, attribute=True): value
            for name, value in attributes.items()
            if not _declares(name)
        }
        parser = self._parser
        node = Node(
            _clark(tag, prefixes),
            plain,
            prefixes,
            self._file,
            parser.CurrentLineNumber,
            parser.CurrentColumnNumber + 1,
        )
        if self._open:
            self._open[-1][0].children.append(node)
        else:
            self._root = node
        self._open.append((node, []))

    def _end(self, _tag: str) -> None:
        node, pieces = self._open.pop()
        node.text = "".join(pieces)

    def _characters(self, text: str) -> None:
        if self._open:
            self._open[-1][1].append(text)


def _declares(name: str) -> bool:
    return name == "xmlns" or name.startswith("xmlns:")


def _clark(name: str, prefixes: Mapping[str, str], *, attribute: bool = False) -> str:
    prefix, colon, local = name.rpartition(":")
    if not colon and attribute:
        return local
    namespace = prefixes.get(prefix, "")
    return f"{{{namespace}}}{local}" if namespace else local


def _without_declaration(text: str) -> str:
    """The declaration blanked, so that lines and columns stay, and blanks before it do no harm."""
    start = len(text) - len(text.lstrip())
    if not text.startswith("<?xml", start):
        return text
    end = text.find("?>", start)
    if end < 0 or end - start > 400:
        return text
    head = "".join(letter if letter in "\r\n" else " " for letter in text[: end + 2])
    return head + text[end + 2 :]
