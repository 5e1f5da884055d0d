"""*lint*, *contract*, *probe*: what is judged of a draft by itself (``connectors.judging``)."""

from __future__ import annotations

import asyncio

from connectors import judging
from connectors.judging import Draft
from gateway.docking.result import Result
from gateway.rooms import Rooms


async def lint(draft: Draft, *, reviewed: bool) -> Result:
    """As publication asks it. ``reviewed``: the route asks people for their word."""
    linted = await asyncio.to_thread(judging.lint, draft)
    return Result.of(judging.as_published(linted, reviewed=reviewed))


async def contract(draft: Draft) -> Result:
    return Result.of(await judging.contract(draft))


async def probe(draft: Draft, rooms: Rooms) -> Result:
    """Asks the draft's own sandbox, and nobody else."""
    judged = await judging.probe(
        draft,
        secrets=rooms.secrets,
        tokens=rooms.auth.department_tokens,
        clock=rooms.clock,
        transport=rooms.transport,
    )
    return Result.of(judged)
