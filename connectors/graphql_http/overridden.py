"""What a manifest says of fields that a GraphQL backend brings by itself, held against what it brings.

Must never: let a level be demanded of a field that is not there: nobody would notice that it protects nothing.
"""

from __future__ import annotations

from dataclasses import replace

from connectors.graphql_http.names import Names
from connectors.manifest.findings import Finding, ManifestRejected
from connectors.manifest.model import Manifest


def check_overridden(manifest: Manifest, names: Names) -> None:
    """``names`` of what is exposed. Raises: ManifestRejected."""
    found = []
    for coordinate in manifest.overrides:
        owner, _, name = coordinate.partition(".")
        if names.field(owner, name) is None:
            line, column = manifest.places.get(("overrides", coordinate), (0, 0))
            message = f"{coordinate} is not among what the backend gives"
            found.append(Finding("override.field", "error", manifest.file, line, column, message))
    if found:
        raise ManifestRejected(found)


def without_unkeyed(manifest: Manifest) -> Manifest:
    """Entities of a subgraph whose fields are all its SDL's own: it could not be asked for them by key."""
    if manifest.backend.kind != "graphql" or manifest.backend.describe.federation is None:
        return manifest
    kept = {
        name: entity
        for name, entity in manifest.entities.items()
        if entity.fields or (name in manifest.types and manifest.types[name].fields)
    }
    return manifest if len(kept) == len(manifest.entities) else replace(manifest, entities=kept)
