"""The SDL of two versions of a connector, line by line."""

from __future__ import annotations

from difflib import unified_diff

from connectors.judging import Draft
from connectors.judging.opened import open_draft
from connectors.manifest import ManifestRejected


def sdl_lines(old: Draft, new: Draft) -> list[str]:
    """A unified diff; empty where nothing differs. Raises: ManifestRejected."""
    before, after = _sdl(old), _sdl(new)
    return list(unified_diff(before, after, old.file, new.file, lineterm=""))


def _sdl(draft: Draft) -> list[str]:
    opened = open_draft(draft)
    if opened.connector is None:
        raise ManifestRejected(opened.findings)
    return opened.connector.sdl.splitlines()
