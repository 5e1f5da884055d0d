"""What a new version of a connector changes for those who use the old one: its graph, its governance, its backend."""

from __future__ import annotations

from graphql import GraphQLError

from connectors.judging.backend_changes import backend_changes
from connectors.judging.changed_types import changed_types
from connectors.judging.governance_changes import governance_changes
from connectors.judging.mapping_changes import mapping_changes
from connectors.judging.model import Change, Draft
from connectors.judging.opened import open_draft
from connectors.judging.schema_changes import schema_changes
from connectors.manifest import Finding, Manifest, ManifestRejected

_ORDER = {"breaking": 0, "dangerous": 1, "safe": 2}


def changes(old: Draft, new: Draft) -> tuple[Change, ...]:
    """Breaking first, then by coordinate; empty where nothing changes for anybody.

    Raises: ManifestRejected, where one of the two can't be opened.
    """
    if (old.text, dict(old.files), old.endpoint) == (new.text, dict(new.files), new.endpoint):
        return ()
    (before, old_sdl), (after, new_sdl) = _opened(old), _opened(new)
    found = [
        *_of_the_graph(after, old_sdl, new_sdl),
        *governance_changes(before, after),
        *mapping_changes(before, after),
        *backend_changes(before, after, old.files, new.files),
    ]
    return tuple(sorted(dict.fromkeys(found), key=lambda each: (_ORDER[each.kind], each.coordinate)))


def _of_the_graph(manifest: Manifest, old: str, new: str) -> tuple[Change, ...]:
    try:
        return tuple(schema_changes(*changed_types(old, new)))
    except (GraphQLError, TypeError, ValueError) as error:
        fix = "make it compose by itself first"
        raise ManifestRejected(
            [Finding("contract.graph", "error", manifest.file, 1, 1, str(error), fix)]
        ) from None


def _opened(draft: Draft) -> tuple[Manifest, str]:
    opened = open_draft(draft)
    if opened.connector is None:
        raise ManifestRejected(opened.findings)
    return opened.connector.manifest, opened.connector.sdl
