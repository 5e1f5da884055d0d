"""Writing an envelope: compiled once from a call's tree and the schema, then only filled.

Elements stand in the schema's order and namespaces whatever order the manifest has them in. Must never: let a
value become markup.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.backend import Slot, ValueUnusable
from connectors.expressions import FormattedSlot, compile_fill, slots_in
from connectors.soap.shape import TEXT, TYPE, AttributeShape, ElementShape, MessageShape, TypeShape, Version
from connectors.soap.value_writing import XSI, Prefixes, ValueWriter, derived_type, has_text, is_name, written

Values = Mapping[str, Any]
Piece = Callable[[Values], str]

ENVELOPE: dict[Version, str] = {
    "1.1": "http://schemas.xmlsoap.org/soap/envelope/",
    "1.2": "http://www.w3.org/2003/05/soap-envelope",
}
_ENCODING_STYLE = "http://schemas.xmlsoap.org/soap/encoding/"


class CallMismatch(ValueError):
    """A call names something that the description doesn't have. The message names it and says what there
    is.
    """


@dataclass(frozen=True, slots=True)
class Template:
    """An envelope with holes; what is written anew for each request stands first in its header."""

    head: str
    header: tuple[str | Piece, ...]
    body: tuple[str | Piece, ...]
    encoding: str

    def fill(self, values: Values, headers: str = "") -> bytes:
        """The envelope's bytes; letters that the encoding lacks become character references.

        Raises: ValueUnusable.
        """
        try:
            headers += "".join(_filled(self.header, values))
            body = "".join(_filled(self.body, values))
        except RecursionError:
            raise ValueUnusable("a value is nested too deeply") from None
        written = [self.head, f"<soap:Header>{headers}</soap:Header>" if headers else "", body]
        return "".join(written).encode(self.encoding, "xmlcharrefreplace")


def _filled(pieces: tuple[str | Piece, ...], values: Values) -> Iterator[str]:
    return (piece if isinstance(piece, str) else piece(values) for piece in pieces)


def compile_envelope(
    version: Version,
    message: MessageShape,
    body: Any,
    *,
    encoding: str = "utf-8",
    headers: Mapping[ElementShape, Any] | None = None,
) -> Template:
    """``headers`` are header elements that the WSDL declares, with their trees.

    Raises: CallMismatch.
    """
    try:
        "".encode(encoding)
    except LookupError:
        raise CallMismatch(f"backend.soap.encoding: {encoding!r} is unknown") from None
    prefixes = Prefixes()
    writing = _Writing(prefixes, message.encoded)
    header_pieces: list[str | Piece] = []
    try:
        for element, tree in (headers or {}).items():
            header_pieces += writing.element(element, tree)
        content = writing.message(message, body)
    except ValueUnusable as unusable:
        raise CallMismatch(str(unusable)) from None
    style = f' soap:encodingStyle="{_ENCODING_STYLE}"' if message.encoded and version == "1.1" else ""
    pieces = [f"<soap:Body{style}>", *content, "</soap:Body></soap:Envelope>"]
    head = (
        f'<?xml version="1.0" encoding="{encoding.upper()}"?>\n'
        f'<soap:Envelope xmlns:soap="{ENVELOPE[version]}" xmlns:xsi="{XSI}"{prefixes.declarations()}>'
    )
    return Template(head, tuple(_joined(header_pieces)), tuple(_joined(pieces)), encoding)


def _joined(pieces: list[str | Piece]) -> list[str | Piece]:
    found: list[str | Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and found and isinstance(found[-1], str):
            found[-1] += piece
        else:
            found.append(piece)
    return found


class _Writing:
    def __init__(self, prefixes: Prefixes, encoded: bool) -> None:
        self._prefixes = prefixes
        self._values = ValueWriter(prefixes, encoded)
        self._encoded = encoded

    def message(self, message: MessageShape, body: Any) -> list[str | Piece]:
        root = message.root
        if root is not None:
            return self.element(root, {} if body is None and root.type.text is None else body, root=True)
        tree = body or {}
        if not isinstance(tree, Mapping):
            raise CallMismatch("the message has several parts: give a body with a key for each")
        _check(tree, {part.local for part in message.parts}, "part")
        return [
            piece
            for part in message.parts
            if part.local in tree
            for piece in self.element(part, tree[part.local])
        ]

    def element(self, element: ElementShape, tree: Any, *, root: bool = False) -> list[str | Piece]:
        self._prefixes.name(element.qname)
        if isinstance(tree, Slot | FormattedSlot):
            get = compile_fill(tree)
            self._prefixes.bind(element.type, self._encoded)
            return [lambda values: self._values.write(element, get(values), root=root)]
        if isinstance(tree, Mapping):
            return self._object(element, tree, root)
        if isinstance(tree, list | tuple) and any(True for _ in slots_in(tree)):
            if not element.repeated:
                raise CallMismatch(f"{element.local!r} does not repeat: it can't be given as a list")
            return [piece for item in tree for piece in self.element(element, item)]
        self._prefixes.bind(element.type, self._encoded)
        return [self._values.write(element, tree, root=root)]

    def _object(self, element: ElementShape, tree: Mapping[str, Any], root: bool) -> list[str | Piece]:
        type_ = derived_type(element.type, tree)
        if type_ is not element.type or self._encoded:
            self._prefixes.bind(element.type, self._encoded)
        name = self._prefixes.name(element.qname)
        if type_.rounds or type_.item is not None:
            # how often a round goes is only known with the values
            _check(tree, _keys(type_), f"element in {element.local!r}")
            self._prefixes.bind(element.type, self._encoded)
            fill = compile_fill(tree)
            return [lambda values: self._values.write(element, fill(values), root=root)]
        attributes, content = self._structure(type_, tree, element.local)
        told = self._values.type_told(type_, element.type)
        pieces = [f"<{name}{told}", *attributes, ">", *content, f"</{name}>"]
        return pieces if root else _dropped_when_empty(element, tree, pieces)

    def _structure(
        self, type_: TypeShape, tree: Mapping[str, Any], owner: str
    ) -> tuple[list[str | Piece], list[str | Piece]]:
        attributes = {f"@{attribute.local}": attribute for attribute in type_.attributes}
        if type_.open:
            for name in tree:
                if not is_name(name) and name not in _keys(type_):
                    raise CallMismatch(f"an element in {owner!r} can't be called {name!r}")
        else:
            what = "element" if type_.elements else "attribute"
            _check(tree, _keys(type_), f"{what} in {owner!r}")
        head: list[str | Piece] = [
            self._attribute(attribute, tree.get(key))
            for key, attribute in attributes.items()
            if key in tree or attribute.fixed is not None
        ]
        content: list[str | Piece] = []
        if TEXT in tree:
            get, shape = compile_fill(tree[TEXT]), type_.text
            content.append(lambda values: "" if (found := get(values)) is None else written(found, shape))
        for element in type_.elements:
            if element.local in tree:
                content += self.element(element, tree[element.local])
            elif not element.optional and element.fixed is not None:
                content += self.element(element, element.fixed)
        for name in tree:
            if name not in _keys(type_):
                content += self.element(
                    ElementShape(name, name, TypeShape(name, open=True), True), tree[name]
                )
        return head, content

    def _attribute(self, attribute: AttributeShape, tree: Any) -> Piece:
        self._prefixes.name(attribute.qname)
        get = compile_fill(tree)
        return lambda values: self._values.attribute(attribute, get(values))


def _dropped_when_empty(
    element: ElementShape, tree: Mapping[str, Any], pieces: list[str | Piece]
) -> list[str | Piece]:
    """An element that need not be is left out where none of its slots has a value; a constant in it stays."""
    slots = [compile_fill(slot) for slot in slots_in(tree)]
    if not element.optional or not slots or _has_constants(tree):
        return pieces
    whole = tuple(_joined(pieces))

    def write(values: Values) -> str:
        if all(get(values) is None for get in slots):
            return ""
        return "".join(_filled(whole, values))

    return [write]


def _has_constants(tree: Any) -> bool:
    if isinstance(tree, Slot | FormattedSlot):
        return False
    if isinstance(tree, Mapping):
        return any(_has_constants(item) for item in tree.values())
    if isinstance(tree, list | tuple):
        return any(_has_constants(item) for item in tree)
    return True


def _keys(type_: TypeShape) -> set[str]:
    found = {element.local for element in type_.elements} | {f"@{item.local}" for item in type_.attributes}
    found.add(TYPE)
    return found | {TEXT} if has_text(type_) else found


def _check(tree: Mapping[str, Any], known: set[str], what: str) -> None:
    for name in tree:
        if name not in known:
            names = ", ".join(sorted(known - {TYPE})) or "none"
            raise CallMismatch(f"there is no {what} called {name!r}; there are: {names}")
