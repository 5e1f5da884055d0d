"""*compose*: the draft in place of its former version, beside everything else that is served."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from connectors.judging import Draft
from connectors.judging.composing import compose as judge
from connectors.judging.composing import neighbours
from connectors.revisions import Revision
from gateway.docking.result import Result
from gateway.platform_sdl import NAME, platform_sdl


def draft_of(revision: Revision, file: str = "") -> Draft:
    return Draft(revision.manifest, revision.files, revision.endpoint, file or revision.connector_id)


async def compose(draft: Draft, connector_id: str, served: Iterable[Revision]) -> Result:
    beside = [draft_of(each) for each in served if each.connector_id != connector_id]

    def judged() -> Result:
        return Result.of(judge(draft, neighbours(NAME, platform_sdl(), beside, but=connector_id)))

    return await asyncio.to_thread(judged)
