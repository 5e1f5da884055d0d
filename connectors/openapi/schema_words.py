"""The words of a schema: its types, its enums, what it tells people. Synonyms that people write are understood."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

COMBINING = ("allOf", "oneOf", "anyOf")

_TYPES: Mapping[str, str] = {
    "string": "string", "str": "string", "text": "string", "uuid": "string", "date": "string", "datetime": "string",
    "date-time": "string", "file": "string", "binary": "string", "byte": "string", "char": "string", "enum": "string",
    "integer": "integer", "int": "integer", "int32": "integer", "int64": "integer", "long": "integer", "short": "integer",
    "number": "number", "float": "number", "double": "number", "decimal": "number", "numeric": "number",
    "boolean": "boolean", "bool": "boolean",
    "object": "object", "map": "object", "dict": "object",
    "array": "list", "list": "list",
}  # fmt: skip
_ANY = ("any", "mixed", "*")


def kinds_of(schema: Mapping[str, Any]) -> tuple[str, ...]:
    """``string``, ``integer``, ``number``, ``boolean``, ``object``, ``list``: what values may be; empty for no word on it.

    A type list of 3.1 gives several, without ``null``.
    """
    stated = schema.get("type")
    words = stated if isinstance(stated, list) else [stated]
    found = [_TYPES[word.lower()] for word in words if isinstance(word, str) and word.lower() in _TYPES]
    if found:
        return tuple(dict.fromkeys(found))
    if any(isinstance(word, str) and word.lower() in _ANY for word in words):
        return ()
    if isinstance(schema.get("properties"), dict):
        return ("object",)
    if "items" in schema or "prefixItems" in schema:
        return ("list",)
    return _kinds_of_values(schema)


def _kinds_of_values(schema: Mapping[str, Any]) -> tuple[str, ...]:
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    kinds = (
        {_kind_of_value(value) for value in values if value is not None}
        if isinstance(values, list)
        else set()
    )
    return (
        tuple(kinds)
        if len(kinds) == 1 and "" not in kinds
        else ("string",)
        if kinds and "" not in kinds
        else ()
    )


def _kind_of_value(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "number"
    return "string" if isinstance(value, str) else ""


def enum_of(schemas: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """The values of all parts in order; none where a part that says a type leaves them open."""
    found: dict[str, None] = {}
    for schema in schemas:
        values = [schema["const"]] if "const" in schema else schema.get("enum")
        if isinstance(values, list):
            found.update((word(value), None) for value in values if isinstance(value, str | int | float))
        elif "type" in schema and schema.get("type") != "null":
            return ()
    return tuple(found)


def word(value: Any) -> str:
    """A value as it is written in a URL or compared as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def plain_words(schema: Any) -> str:
    """A schema's description, else its title."""
    if not isinstance(schema, dict):
        return ""
    for key in ("description", "title"):
        if isinstance(schema.get(key), str) and schema[key].strip():
            return str(schema[key])
    return ""
