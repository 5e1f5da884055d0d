"""One of several objects, told apart by a word: ``oneOf`` and ``anyOf`` with a ``discriminator``, or with a member that has
another constant in each.

Source: OpenAPI 3.1, 4.8.25 (discriminator object).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.openapi.document import Document, Found
from connectors.openapi.references import last_word, reference_of

MAX_CHOICES = 100


def choices_of(document: Document, node: Found) -> tuple[str, dict[str, Found]]:
    """The member that tells, and word → schema; empty where nothing tells."""
    found = document.follow(node.node, node.file)
    schema = found.node if isinstance(found.node, dict) else {}
    listed = schema.get("oneOf") or schema.get("anyOf")
    if not isinstance(listed, list) or not 1 < len(listed) <= MAX_CHOICES:
        return "", {}
    discriminator = schema.get("discriminator")
    discriminator = discriminator if isinstance(discriminator, dict) else {}
    by = discriminator.get("propertyName")
    if isinstance(by, str):
        words = {
            word: Found(each, found.file)
            for each in listed
            for word in _words(each, discriminator.get("mapping"))
        }
        return (by, words) if all(map(reference_of, listed)) else ("", {})
    return _by_constants(document, listed, found.file)


def _words(alternative: Any, mapping: Any) -> Iterator[str]:
    """What stands for a referred schema: the words mapped to it, else its own name."""
    name = last_word(reference_of(alternative) or "")
    held = mapping.items() if isinstance(mapping, Mapping) else ()
    mapped = [
        str(word) for word, target in held if isinstance(target, str) and last_word(f"#/{target}") == name
    ]
    yield from mapped or [name]


def _by_constants(document: Document, listed: list[Any], file: str) -> tuple[str, dict[str, Found]]:
    told = [_constants(document, each, file) for each in listed]
    for by in told[0]:
        words = [constants.get(by) for constants in told]
        if None not in words and len(set(words)) == len(words):
            return by, {str(word): Found(each, file) for word, each in zip(words, listed, strict=True)}
    return "", {}


def _constants(document: Document, node: Any, file: str) -> dict[str, str]:
    """Members that have but one value."""
    schema, _ = document.resolve(node, file)
    properties = schema.get("properties") if isinstance(schema, dict) else None
    found: dict[str, str] = {}
    for name, member in properties.items() if isinstance(properties, dict) else ():
        values = member.get("enum") if isinstance(member, dict) else None
        values = [member["const"]] if isinstance(member, dict) and "const" in member else values
        if isinstance(values, list) and len(values) == 1 and isinstance(values[0], str) and values[0]:
            found[str(name)] = values[0]
    return found
