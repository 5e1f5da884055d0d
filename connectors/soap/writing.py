"""Writing an envelope: compiled once from a call's tree and the schema, then only filled.

Elements stand in the schema's order and namespaces whatever order the manifest has them in. Must never: let
a value become markup.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from connectors.backend import Slot
from connectors.expressions import FormattedSlot, compile_fill
from connectors.soap.shape import TEXT, AttributeShape, ElementShape, MessageShape, TypeShape

Values = Mapping[str, Any]
Piece = Callable[[Values], str]

ENVELOPE = {
    "1.1": "http://schemas.xmlsoap.org/soap/envelope/",
    "1.2": "http://www.w3.org/2003/05/soap-envelope",
}
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_ESCAPED = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord('"'): "&quot;", ord("\r"): "&#13;"}
_TEXT = {
    **_ESCAPED,
    **{code: None for code in range(32) if code not in (9, 10, 13)},
    0xFFFE: None,
    0xFFFF: None,
}
_ATTRIBUTE = {**_TEXT, 9: "&#9;", 10: "&#10;"}


class CallMismatch(ValueError):
    """A call names something that the description doesn't have. The message names it and says what there
    is.
    """


@dataclass(slots=True)
class _Prefixes:
    """Namespaces of one envelope, declared on its root."""

    bound: dict[str, str] = field(default_factory=dict)

    def name(self, qname: str) -> str:
        namespace, _, local = qname.rpartition("}")
        if not namespace:
            return local
        prefix = self.bound.setdefault(namespace[1:], f"n{len(self.bound)}")
        return f"{prefix}:{local}"

    def declarations(self) -> str:
        return "".join(
            f' xmlns:{prefix}="{namespace.translate(_ATTRIBUTE)}"' for namespace, prefix in self.bound.items()
        )


@dataclass(frozen=True, slots=True)
class Template:
    """An envelope with holes; what is written anew for each request stands first in its header."""

    head: str
    header: tuple[str | Piece, ...]
    body: tuple[str | Piece, ...]
    encoding: str

    def fill(self, values: Values, headers: str = "") -> bytes:
        """The envelope's bytes; letters that the encoding lacks become character references."""
        headers += "".join(piece if isinstance(piece, str) else piece(values) for piece in self.header)
        written = [self.head, f"<soap:Header>{headers}</soap:Header>" if headers else ""]
        written += [piece if isinstance(piece, str) else piece(values) for piece in self.body]
        return "".join(written).encode(self.encoding, "xmlcharrefreplace")


def compile_envelope(
    version: Literal["1.1", "1.2"],
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
    prefixes = _Prefixes()
    writing = _Writing(prefixes)
    header_pieces: list[str | Piece] = []
    for element, tree in (headers or {}).items():
        header_pieces += writing.element(element, tree)
    pieces = ["<soap:Body>", *writing.message(message, body), "</soap:Body></soap:Envelope>"]
    head = (
        f'<?xml version="1.0" encoding="{encoding.upper()}"?>\n'
        f'<soap:Envelope xmlns:soap="{ENVELOPE[version]}" xmlns:xsi="{_XSI}"{prefixes.declarations()}>'
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
    def __init__(self, prefixes: _Prefixes) -> None:
        self._prefixes = prefixes

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
        name = self._prefixes.name(element.qname)
        if isinstance(tree, Slot | FormattedSlot):
            get = compile_fill(tree)
            self._bind_all(element.type, set())
            return [lambda values: self._written(element, get(values), root)]
        if isinstance(tree, Mapping) and element.type.text is None:
            attributes, content = self._structure(element.type, tree, element.local)
            return [f"<{name}", *attributes, ">", *content, f"</{name}>"]
        if isinstance(tree, Mapping):
            return self._text_with_attributes(element, name, tree)
        if isinstance(tree, list | tuple) and any(
            isinstance(item, Slot | FormattedSlot | Mapping) for item in tree
        ):
            if not element.repeated:
                raise CallMismatch(f"{element.local!r} does not repeat: it can't be given as a list")
            return [piece for item in tree for piece in self.element(element, item)]
        self._bind_all(element.type, set())
        return [self._written(element, tree, root)]

    def _structure(
        self, type_: TypeShape, tree: Mapping[str, Any], owner: str
    ) -> tuple[list[str | Piece], list[str | Piece]]:
        known = {element.local for element in type_.elements}
        attributes = {f"@{attribute.local}": attribute for attribute in type_.attributes}
        if not type_.open:
            _check(tree, known | attributes.keys(), f"element in {owner!r}")
        head: list[str | Piece] = []
        for key, attribute in attributes.items():
            if key in tree:
                head.append(self._attribute(attribute, tree[key]))
        content: list[str | Piece] = []
        for element in type_.elements:
            if element.local in tree:
                content += self.element(element, tree[element.local])
        for name in tree:
            if name not in known and name not in attributes and not name.startswith("@"):
                content += self.element(
                    ElementShape(name, name, TypeShape(name, open=True), True), tree[name]
                )
        return head, content

    def _text_with_attributes(
        self, element: ElementShape, name: str, tree: Mapping[str, Any]
    ) -> list[str | Piece]:
        attributes = {f"@{attribute.local}": attribute for attribute in element.type.attributes}
        _check(tree, {*attributes, TEXT}, f"attribute of {element.local!r}")
        head = [self._attribute(attributes[key], value) for key, value in tree.items() if key != TEXT]
        get = compile_fill(tree.get(TEXT))
        return [f"<{name}", *head, ">", lambda values: _text(get(values)), f"</{name}>"]

    def _attribute(self, attribute: AttributeShape, tree: Any) -> Piece:
        name = self._prefixes.name(attribute.qname)
        get = compile_fill(tree)

        def write(values: Values) -> str:
            value = get(values)
            return "" if value is None else f' {name}="{_text(value, _ATTRIBUTE)}"'

        return write

    def _written(self, element: ElementShape, value: Any, root: bool = False) -> str:
        """A value that is only known now. A list repeats the element, or the one repeated child of its
        type.
        """
        type_ = element.type
        if isinstance(value, list | tuple):
            if type_.text is not None and type_.text.many:
                return self._written(element, " ".join(_text(item, None) for item in value))
            if not element.repeated and len(type_.elements) == 1 and type_.elements[0].repeated:
                value = {type_.elements[0].local: value}
            else:
                return "".join(self._written(element, item) for item in value)
        name = self._prefixes.name(element.qname)
        if value is None:
            if element.nillable:
                return f'<{name} xsi:nil="true"/>'
            return "" if element.optional and not root else f"<{name}></{name}>"
        if isinstance(value, Mapping):
            attributes = {f"@{item.local}": item for item in type_.attributes}
            head = "".join(
                f' {self._prefixes.name(item.qname)}="{_text(value[key], _ATTRIBUTE)}"'
                for key, item in attributes.items()
                if value.get(key) is not None
            )
            inner = _text(value[TEXT]) if value.get(TEXT) is not None else ""
            inner += "".join(
                self._written(item, value[item.local]) for item in type_.elements if item.local in value
            )
            return f"<{name}{head}>{inner}</{name}>"
        return f"<{name}>{_text(value)}</{name}>"

    def _bind_all(self, type_: TypeShape, seen: set[int]) -> None:
        """Every namespace that a value could need is declared before the envelope's head is written."""
        if id(type_) in seen:
            return
        seen.add(id(type_))
        for attribute in type_.attributes:
            self._prefixes.name(attribute.qname)
        for element in type_.elements:
            self._prefixes.name(element.qname)
            self._bind_all(element.type, seen)


def _check(tree: Mapping[str, Any], known: set[str], what: str) -> None:
    for name in tree:
        if name not in known:
            raise CallMismatch(
                f"there is no {what} called {name!r}; there are: {', '.join(sorted(known)) or 'none'}"
            )


def _text(value: Any, table: Mapping[int, str | None] | None = _TEXT) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    return text.translate(table) if table is not None else text
