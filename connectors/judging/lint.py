"""The first stage: the manifest by itself, and against its description. Sends nothing."""

from __future__ import annotations

from connectors.judging.model import Draft, Judgement
from connectors.manifest import ManifestRejected, parse_manifest


def lint(draft: Draft) -> Judgement:
    """Findings of the manifest and of its description, errors first; never raises for what a draft holds."""
    try:
        parse_manifest(draft.text, file=draft.file, base=draft.files)
    except ManifestRejected as rejected:
        return Judgement("lint", rejected.findings)
    return Judgement("lint")
