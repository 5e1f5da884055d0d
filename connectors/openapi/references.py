"""Every reference of a description, also where no operation leads: answers of errors, headers, callbacks, parts that
nothing uses.

Must never: take an example's data for a description.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from connectors.openapi.marks import Step

_NAMED = frozenset(
    (
        *(
            "properties",
            "patternProperties",
            "dependentSchemas",
            "definitions",
            "$defs",
            "schemas",
            "parameters",
        ),
        *("requestBodies", "responses", "headers", "content", "encoding", "examples", "links", "callbacks"),
        *("paths", "pathItems", "webhooks", "securitySchemes", "securityDefinitions"),
    )
)
"""What stands in these has names of somebody's choice for keys."""
_DATA = frozenset(("example", "default", "enum", "const", "value", "examples"))


def reference_of(node: Any) -> str | None:
    """The text of a node's ``$ref``, if it has one."""
    reference = node.get("$ref") if isinstance(node, dict) else None
    return reference if isinstance(reference, str) else None


def last_word(reference: str) -> str:
    """What a reference calls its target: ``common.yaml#/components/schemas/Firm`` → ``Firm``; ``schemas/firm.json`` → ``firm``."""
    place, _, pointer = reference.partition("#")
    if pointer.strip("/"):
        return unquote(pointer.rstrip("/").rpartition("/")[2]).replace("~1", "/").replace("~0", "~")
    return posixpath.basename(place).partition(".")[0]


def reference_in_mapping(target: str) -> str:
    """What a discriminator's ``mapping`` names: a reference, or a schema by its name (OpenAPI 3.1, 4.8.25)."""
    return target if "#" in target or "." in target else f"#/components/schemas/{target}"


def references(root: Any) -> Iterator[tuple[dict[str, Any], Step, str]]:
    """Each with the mapping and the key that it stands under: ``$ref``, or a word of a discriminator's ``mapping``."""
    seen: set[int] = set()
    waiting: list[tuple[Any, bool]] = [(root, False)]
    while waiting:
        node, named = waiting.pop()
        if not isinstance(node, dict | list) or id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, list):
            waiting.extend((each, False) for each in node)
            continue
        yield from _own(node)
        for key, held in node.items():
            if not named and key == "discriminator":
                yield from _mapped(held)
            elif not named and key == "examples" and isinstance(held, dict):
                for example in held.values():
                    yield from _own(example)
            elif named or (key not in _DATA and not str(key).startswith("x-")):
                waiting.append((held, not named and key in _NAMED))


def _own(node: Any) -> Iterator[tuple[dict[str, Any], Step, str]]:
    reference = reference_of(node)
    if reference is not None:
        yield node, "$ref", reference


def _mapped(discriminator: Any) -> Iterator[tuple[dict[str, Any], Step, str]]:
    mapping = discriminator.get("mapping") if isinstance(discriminator, dict) else None
    for word, target in list(mapping.items()) if isinstance(mapping, dict) else ():
        if isinstance(target, str):
            yield mapping, word, reference_in_mapping(target)  # type: ignore[misc]
