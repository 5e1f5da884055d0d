"""A look at a connector's sandbox: its lights, and what the probe found. Asked for by a person; the last one of each is kept.

Must never: ask production, or keep a value of an answer.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from connectors.judging import Draft, Judgement, Lights, lights, probe
from connectors.manifest import Finding, ManifestRejected
from connectors.revisions import Revision
from gateway.departments.sheet import MANIFEST
from gateway.docking.stages.compose import draft_of
from gateway.rooms import Rooms

AT_ONCE = 4
"""Sandboxes."""
MOST_KEPT = 500


@dataclass(frozen=True, slots=True)
class Look:
    """``lights`` None: there is nothing to look at; ``findings`` say why."""

    version: str
    at_s: float
    lights: Lights | None
    findings: tuple[Finding, ...]

    @property
    def drifts(self) -> int:
        return sum(1 for each in self.findings if each.code == "probe.drift" and each.severity != "info")

    @property
    def certificate(self) -> Finding | None:
        """One that ends soon, or does not hold."""
        return next((each for each in self.findings if each.code == "probe.certificate"), None)


class Looks:
    """Of this process, since its start."""

    def __init__(self, rooms: Rooms, *, simulated: bool) -> None:
        self._rooms = rooms
        self._simulated = simulated
        self._kept: OrderedDict[tuple[str, str], Look] = OrderedDict()
        self._turn = asyncio.Semaphore(AT_ONCE)

    def last(self, revision: Revision) -> Look | None:
        """Of this content."""
        return self._kept.get((revision.connector_id, revision.content_hash))

    async def at(self, revision: Revision) -> Look:
        async with self._turn:
            look = await self._look(revision)
        key = (revision.connector_id, revision.content_hash)
        self._kept[key] = look
        self._kept.move_to_end(key)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return look

    async def at_all(self, revisions: Iterable[Revision]) -> None:
        await asyncio.gather(*(self.at(revision) for revision in revisions))

    async def _look(self, revision: Revision) -> Look:
        rooms = self._rooms
        draft = sandboxed(draft_of(revision, MANIFEST), simulated=self._simulated)
        ground: dict[str, Any] = {
            "secrets": rooms.secrets,
            "tokens": rooms.auth.department_tokens,
            "clock": rooms.clock,
            "transport": rooms.transport,
        }
        judged: Judgement = await probe(draft, **ground)
        try:
            shining = await lights(draft, **ground)
        except (ManifestRejected, ValueError):
            shining = None
        return Look(revision.version, rooms.clock.epoch_s(), shining, judged.findings)


def sandboxed(draft: Draft, *, simulated: bool) -> Draft:
    """The draft at its sandbox: the address that it is served from may be production. Not where all backends are simulated."""
    return draft if simulated else replace(draft, endpoint=None)
