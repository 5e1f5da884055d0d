"""Small makers and readers of elements: the departments' answers read like the XML that they become."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from lxml import etree

_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


def node(
    tag: str, *children: etree._Element | None, prefixes: dict[str, str] | None = None
) -> etree._Element:
    """An element with children; None children are left out."""
    made = etree.Element(tag, nsmap=prefixes)
    made.extend([child for child in children if child is not None])
    return made


def leaf(tag: str, text: object = "") -> etree._Element:
    """An element with text; None becomes the empty string, as most departments spell null."""
    made = etree.Element(tag)
    made.text = "" if text is None else str(text)
    return made


def nillable(tag: str, text: object) -> etree._Element:
    """An element with text, or ``xsi:nil`` for None."""
    if text is not None:
        return leaf(tag, text)
    made = etree.Element(tag, nsmap={"xsi": "http://www.w3.org/2001/XMLSchema-instance"})
    made.set(_NIL, "true")
    return made


def serialised(root: etree._Element, encoding: str = "UTF-8") -> bytes:
    """With its XML declaration; what the encoding lacks becomes character references."""
    return cast(bytes, etree.tostring(root, xml_declaration=True, encoding=encoding))


class Fields:
    """The children of a request element by local name; empty, blank and nil are all absent."""

    __slots__ = ("_values",)

    def __init__(self, children: Iterable[etree._Element]) -> None:
        self._values: dict[str, list[str]] = {}
        for child in children:
            text = (child.text or "").strip()
            if text and child.get(_NIL) not in ("true", "1"):
                self._values.setdefault(etree.QName(child).localname, []).append(text)

    def get(self, name: str) -> str:
        """The first value, or the empty string."""
        return self._values.get(name, [""])[0]

    def all(self, name: str) -> list[str]:
        return self._values.get(name, [])

    def missing(self, *names: str) -> str | None:
        """The first of ``names`` that has no value."""
        return next((name for name in names if name not in self._values), None)
