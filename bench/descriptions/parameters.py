"""Values for the parameters of an OpenAPI operation, made from what its description says of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from hypothesis import find
from hypothesis.errors import HypothesisException
from hypothesis.strategies import from_regex

from connectors.openapi.document import Document
from connectors.openapi.operations import RestOperation

_BY_FORMAT: Mapping[str, str] = {
    "date": "2024-02-29",
    "date-time": "2024-02-29T10:30:00Z",
    "uuid": "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
    "email": "somebody@example.org",
    "uri": "https://example.org/",
    "ipv4": "192.0.2.1",
}
_DEEPEST = 6


def values_for(document: Document, operation: RestOperation) -> dict[str, Any]:
    """What is to be given, by the name that a call uses, for every parameter that a description demands.

    Raises: NoValue.
    """
    raw = raw_parameters(document, operation)
    found: dict[str, Any] = {}
    for key, parameter in operation.parameters.items():
        if parameter.required:
            described = raw.get((parameter.location, parameter.name), ({}, document.path))
            found[key] = _Values(document).of_parameter(*described)
    return found


class NoValue(ValueError):
    """The description allows no value that could be made; the message says why."""


def raw_parameters(document: Document, operation: RestOperation) -> dict[tuple[str, str], tuple[Any, str]]:
    """(place, name) → the parameter as it stands in the document, and its file."""
    paths, file = document.resolve(document.root.get("paths"), document.path)
    item, there = document.resolve(paths.get(operation.path, paths.get(operation.path[1:])), file)
    item = item if isinstance(item, dict) else {}
    node: Any = next((held for key, held in item.items() if str(key).upper() == operation.method), {})
    node, inner = document.resolve(node, there)
    found: dict[tuple[str, str], tuple[Any, str]] = {}
    for owner, owner_file in ((item, there), (node, inner)):
        listed, list_file = document.resolve(owner.get("parameters"), owner_file)
        for each in listed if isinstance(listed, list) else ():
            parameter, parameter_file = document.resolve(each, list_file)
            if isinstance(parameter, dict):
                name, place = parameter.get("name"), str(parameter.get("in")).lower()
                found[place, str(name)] = parameter, parameter_file
    return found


class _Values:
    def __init__(self, document: Document) -> None:
        self._document = document

    def of_parameter(self, parameter: Mapping[str, Any], file: str) -> Any:
        """Its own example first, then what its schema says."""
        told = self._told(parameter, file)
        if told is not None:
            return told
        schema = parameter.get("schema")
        if schema is None and isinstance(parameter.get("content"), dict):
            media = next(iter(parameter["content"].values()), None)
            schema = media.get("schema") if isinstance(media, dict) else None
        return self.of(parameter if schema is None else schema, file)

    def of(self, schema: Any, file: str, depth: int = 0) -> Any:
        """Raises: NoValue."""
        schema, file = self._document.resolve(schema, file)
        if not isinstance(schema, dict):
            return "a"
        if depth > _DEEPEST:
            raise NoValue("what is demanded leads back to itself")
        told = self._told(schema, file)
        if told is not None:
            return told
        for word in ("allOf", "oneOf", "anyOf"):
            parts = schema.get(word)
            if isinstance(parts, list) and parts and "type" not in schema:
                return self.of(parts[0], file, depth + 1)
        return self._of_kind(schema, file, depth)

    def _told(self, node: Mapping[str, Any], file: str) -> Any:
        """An example, default, constant or the first of an enum."""
        if node.get("example") is not None:
            return node["example"]
        examples = node.get("examples")
        if isinstance(examples, dict) and examples:
            example, _ = self._document.resolve(next(iter(examples.values())), file)
            return example.get("value") if isinstance(example, dict) else example
        if isinstance(examples, list) and examples:
            return examples[0]
        if isinstance(node.get("enum"), list) and node["enum"] and node.get("default") not in node["enum"]:
            return node["enum"][0]
        return node.get("default", node.get("const"))

    def _of_kind(self, schema: Mapping[str, Any], file: str, depth: int) -> Any:
        kind = schema.get("type")
        kind = next((each for each in kind if each != "null"), None) if isinstance(kind, list) else kind
        if kind in ("integer", "number"):
            return _number(schema)
        if kind == "boolean":
            return True
        if kind == "array":
            return [self.of(schema.get("items"), file, depth + 1)] * max(1, int(schema.get("minItems", 1)))
        if kind == "object" or "properties" in schema:
            properties = schema.get("properties", {})
            return {
                name: self.of(properties.get(name), file, depth + 1) for name in schema.get("required", ())
            }
        return _text(schema)


def _number(schema: Mapping[str, Any]) -> int | float:
    least = schema.get("minimum", schema.get("exclusiveMinimum"))
    most = schema.get("maximum")
    value = 1 if least is None else least
    if isinstance(least, int | float) and schema.get("exclusiveMinimum"):
        value = least + 1
    return most if isinstance(most, int | float) and value > most else value


def _text(schema: Mapping[str, Any]) -> str:
    pattern, least, most = schema.get("pattern"), schema.get("minLength", 1), schema.get("maxLength", 10_000)
    if isinstance(pattern, str):
        try:
            return find(from_regex(re.compile(pattern)), lambda text: least <= len(text) <= most)
        except (HypothesisException, re.error):
            raise NoValue(f"no value of the pattern {pattern[:60]!r} was found") from None
    return _BY_FORMAT.get(str(schema.get("format")), "a" * max(1, int(least)))
