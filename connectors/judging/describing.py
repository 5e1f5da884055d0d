"""What of a description could not be read, for those who read a description only as far as they need it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from connectors.backend import Described
from connectors.manifest import Finding, Manifest, beside
from connectors.openapi.document import DescriptionRefused, Document
from connectors.openapi.operations import read_operations

MOST_NODES = 50_000
"""Described values that are looked at: types lead back to themselves."""


def description_findings(manifest: Manifest, files: Mapping[str, bytes]) -> tuple[Finding, ...]:
    """Of REST: every operation is read to its leaves. Other kinds tell everything when they are opened."""
    if manifest.backend.kind != "rest":
        return ()
    named = {beside(name): content for name, content in files.items()}
    try:
        document = Document(named, beside(manifest.backend.describe.path))
    except DescriptionRefused:
        return ()  # opening tells it
    operations = read_operations(document).values()
    _look(each.described.answer for each in operations)
    _look(described for each in operations for described in each.described.inputs.values())
    return document.findings()


def _look(roots: Iterable[Described]) -> None:
    waiting = list(roots)
    seen: dict[int, Described] = {}
    while waiting and len(seen) < MOST_NODES:
        described = waiting.pop()
        if id(described) in seen:
            continue
        seen[id(described)] = described
        if described.item is not None:
            waiting.append(described.item)
        if described.shape == "object":
            waiting.extend(described.fields.values())
