"""JSON Schema as OpenAPI writes it (2.0, 3.0, 3.1) told as ``Described``: tolerant, bounded, never
wrong by being too exact.

What can't be told (recursion, maps, no type) is ``opaque``. Must never: fail on a schema.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.backend import Described, Shape
from connectors.openapi.document import Document

MAX_DEPTH = 12
MAX_NODES = 20_000

OPAQUE = Described("opaque")

_SCALARS: Mapping[str, Shape] = {
    "string": "string",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
}


class Shapes:
    """Tells schemas of one document. One instance an operation: the node budget is its own."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._nodes = 0

    def of(self, schema: Any, file: str, within: tuple[int, ...] = ()) -> Described:
        self._nodes += 1
        described = str(schema.get("description", "")) if isinstance(schema, dict) else ""
        schema, file = self._document.resolve(schema, file)
        if not isinstance(schema, dict) or id(schema) in within or len(within) > MAX_DEPTH:
            return OPAQUE
        if self._nodes > MAX_NODES:
            return OPAQUE
        within = (*within, id(schema))
        words = described or str(schema.get("description") or schema.get("title") or "")
        properties = self._properties(schema, file, within)
        kind = _kind(schema)
        if properties or kind == "object":
            if not properties:
                return Described("opaque", words)
            return Described("object", words, properties)
        if kind == "array" or "items" in schema:
            return Described("list", words, item=self.of(schema.get("items", {}), file, within))
        if kind in _SCALARS:
            return Described(_SCALARS[kind], words, enum=_enum(schema), format=str(schema.get("format", "")))
        return self._chosen(schema, file, within, words)

    def _chosen(self, schema: Any, file: str, within: tuple[int, ...], words: str) -> Described:
        """A schema that is only a combination: the first part that says something."""
        for word in ("allOf", "oneOf", "anyOf"):
            for part in _list(schema.get(word)):
                found = self.of(part, file, within)
                if found.shape != "opaque":
                    return Described(
                        found.shape,
                        words or found.description,
                        found.fields,
                        found.item,
                        found.enum,
                        found.format,
                    )
        enum = _enum(schema)
        return Described("string", words, enum=enum) if enum else Described("opaque", words)

    def _properties(self, schema: Any, file: str, within: tuple[int, ...]) -> dict[str, Described]:
        """Its own properties and those of every part: what an answer may hold."""
        found: dict[str, Described] = {}
        for word in ("allOf", "oneOf", "anyOf"):
            for part in _list(schema.get(word)):
                inner = self.of(part, file, within)
                for name, value in inner.fields.items():
                    found.setdefault(name, value)
        own = schema.get("properties")
        if isinstance(own, dict):
            for name, value in own.items():
                found[str(name)] = self.of(value, file, within)
        return found


def _kind(schema: Any) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):  # 3.1
        kind = next((word for word in kind if word != "null"), "")
    return kind if isinstance(kind, str) else ""


def _enum(schema: Any) -> tuple[str, ...]:
    if "const" in schema:
        return (str(schema["const"]),)
    return tuple(str(value) for value in _list(schema.get("enum")) if value is not None)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
