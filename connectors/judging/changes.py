"""What a new version of a connector changes for those who use the old one: its graph, its governance, its backend."""

from __future__ import annotations

from graphql import GraphQLSchema

from connectors.judging.backend_changes import backend_changes
from connectors.judging.governance_changes import governance_changes
from connectors.judging.mapping_changes import mapping_changes
from connectors.judging.model import Change, Draft
from connectors.judging.opened import open_draft
from connectors.judging.schema_changes import schema_changes
from connectors.judging.stub import api_schema, not_alone
from connectors.manifest import Manifest, ManifestRejected
from federation import CompositionFailed

_ORDER = {"breaking": 0, "dangerous": 1, "safe": 2}


def changes(old: Draft, new: Draft) -> tuple[Change, ...]:
    """Breaking first, then by coordinate; empty where nothing changes for anybody.

    Raises: ManifestRejected, where one of the two can't be opened.
    """
    if (old.text, dict(old.files), old.endpoint) == (new.text, dict(new.files), new.endpoint):
        return ()
    (before, old_schema), (after, new_schema) = _opened(old), _opened(new)
    found = [
        *schema_changes(old_schema, new_schema),
        *governance_changes(before, after),
        *mapping_changes(before, after),
        *backend_changes(before, after, old.files, new.files),
    ]
    return tuple(sorted(dict.fromkeys(found), key=lambda each: (_ORDER[each.kind], each.coordinate)))


def _opened(draft: Draft) -> tuple[Manifest, GraphQLSchema]:
    opened = open_draft(draft)
    if opened.connector is None:
        raise ManifestRejected(opened.findings)
    manifest = opened.connector.manifest
    try:
        return manifest, api_schema(opened.connector.sdl)
    except CompositionFailed as failed:
        raise ManifestRejected(not_alone(manifest, failed)) from None
