"""A manifest's shape, held against ``manifest.schema.json``, with findings in plain words.

Must never: show a JSON Schema's own words where a plain sentence can be said.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import jsonschema_rs
import orjson

from connectors.manifest.findings import Finding, did_you_mean
from connectors.manifest.reading import Place, Source

SCHEMA: dict[str, Any] = orjson.loads(
    files("connectors.manifest").joinpath("manifest.schema.json").read_bytes()
)

_VALIDATOR = jsonschema_rs.Draft202012Validator(SCHEMA)


def shape_findings(source: Source) -> list[Finding]:
    """Everything in the file that has not the shape of a manifest."""
    found: list[Finding] = []
    for error in _VALIDATOR.iter_errors(source.value):
        found.extend(_said(source, error))
    return list(dict.fromkeys(found))


def _said(source: Source, error: Any) -> Iterator[Finding]:
    place: Place = tuple(error.instance_path)
    where = ".".join(str(step) for step in place) or "the manifest"
    kind = error.kind
    match type(kind).__name__.rpartition("_")[2]:
        case "AdditionalProperties":
            known = _known_at(error.schema_path)
            for name in kind.unexpected:
                yield source.finding(
                    "shape.unknown",
                    (*place, name),
                    f"'{name}' is not known in {where}",
                    did_you_mean(name, known),
                )
        case "Required":
            name = str(kind.property).strip('"')
            yield source.finding("shape.missing", place, f"'{name}' is missing in {where}")
        case "Enum":
            options = ", ".join(str(option) for option in _listed(kind.options))
            yield source.finding("shape.choice", place, f"{where} is none of: {options}")
        case "Constant":
            yield source.finding("shape.constant", place, f"{where} must be {kind.expected_value}")
        case "Pattern":
            yield source.finding("shape.pattern", place, f"{where} does not look like {kind.pattern}")
        case "Type":
            types = " or ".join(str(name) for name in kind.types)
            yield source.finding("shape.type", place, f"{where} must be: {types}")
        case "PropertyNames":
            yield source.finding("shape.name", place, f"a name in {where} is no GraphQL name")
        case "AnyOf":
            yield from _nearest(source, place, where, error)
        case _:
            yield source.finding("shape.wrong", place, f"{where}: {error.message}")


def _nearest(source: Source, place: Place, where: str, error: Any) -> Iterator[Finding]:
    """Of several shapes the one meant is that of the same kind: an object's own errors say more than
    'neither fits'.
    """
    value = source.value
    for step in place:
        value = value[step]
    branches = [list(branch) for branch in getattr(error.kind, "context", [])]
    told = [
        branch
        for branch in branches
        if not any(list(e.instance_path) == list(place) and _is_other_kind(e) for e in branch)
    ]
    if isinstance(value, dict) and len(told) == 1 and told[0]:
        for inner in told[0]:
            yield from _said(source, inner)
        return
    yield source.finding("shape.wrong", place, f"{where} has none of the shapes that may stand here")


def _is_other_kind(error: Any) -> bool:
    return type(error.kind).__name__.endswith(("Type", "Constant"))


def _listed(options: Any) -> list[Any]:
    if isinstance(options, str):
        return list(orjson.loads(options))
    return list(options)


def _known_at(schema_path: Any) -> list[str]:
    """The property names that the schema knows where the error was met (references in the path are
    followed by name).
    """
    at: Any = SCHEMA
    for step in list(schema_path)[:-1]:
        if isinstance(at, dict) and "$ref" in at:
            at = _definition(at["$ref"])
        if step == "$ref":
            continue
        at = at[step] if isinstance(at, list) else at.get(step, {})
    if isinstance(at, dict) and "$ref" in at:
        at = _definition(at["$ref"])
    return list(at.get("properties", ())) if isinstance(at, dict) else []


def _definition(reference: str) -> Any:
    at: Any = SCHEMA
    for step in reference.removeprefix("#/").split("/"):
        at = at[int(step)] if isinstance(at, list) else at[step]
    return at
