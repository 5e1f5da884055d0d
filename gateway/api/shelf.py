"""What is known of the connectors: for a list, and for one of them. Both doors show it; nothing is changed here."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.judging import Change, Draft, Grade, changes
from connectors.judging import grade as judged_grade
from connectors.manifest import Manifest, parse_manifest
from connectors.revisions import OPEN, SERVED, Approval, MoveRefused, Revision, UnknownConnector
from connectors.revisions import Change as Line
from gateway.api.visitor import Visitor, require_seen
from gateway.docking.differing import sdl_lines
from gateway.docking.result import Result
from gateway.docking.stages.compose import draft_of
from gateway.docking.stages.impact import impact
from gateway.docking.stages.review import missing
from gateway.rooms import Rooms

MOST_GRADES = 500
"""Kept; a revision's content never changes, so its grade does not either."""


@dataclass(frozen=True, slots=True)
class Held:
    """One connector: what is served of it, and what is on its way. ``missing``: whose words that still needs."""

    id: str
    department: str
    served: Revision | None
    coming: Revision | None
    missing: tuple[str, ...] = ()
    given: tuple[Approval, ...] = field(default=(), repr=False)

    @property
    def newest(self) -> Revision:
        """What is on its way, else what is served."""
        found = self.coming or self.served
        assert found is not None
        return found

    @property
    def steady(self) -> Revision:
        """What is served, else what is on its way."""
        found = self.served or self.coming
        assert found is not None
        return found

    def manifest(self) -> Manifest:
        """Of ``steady``."""
        return parse_manifest(self.steady.manifest, base=self.steady.files)


@dataclass(frozen=True, slots=True)
class Past:
    """Revisions without their content, and the lines of the log; oldest first."""

    revisions: tuple[Revision, ...]
    log: tuple[Line, ...]

    def version(self, revision_id: int | None) -> str:
        """Empty where nothing served."""
        return next((each.version for each in self.revisions if each.id == revision_id), "")


class Shelf:
    """Of one house."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._grades: OrderedDict[tuple[str, str], Grade] = OrderedDict()

    async def all(self, visitor: Visitor) -> list[Held]:
        """Every connector that is served or on its way and that this visitor may see, by id."""
        registry = self._rooms.registry
        served = {each.connector_id: each for each in (await registry.current()).items}
        coming = {each.connector_id: each for each in await registry.drafts.all()}
        found = []
        for name in sorted(served.keys() | coming.keys()):
            held = await self._held(name, served.get(name), coming.get(name))
            if visitor.sees(held.department):
                found.append(held)
        return found

    async def one(self, visitor: Visitor, connector_id: str) -> Held:
        """Raises: UnknownConnector, also for another department's."""
        registry = self._rooms.registry
        require_seen(visitor, connector_id, await registry.department_of(connector_id))
        past, _ = await registry.history(connector_id)
        served = next((each for each in past if each.state in SERVED), None)
        coming = next((each for each in past if each.state in OPEN), None)
        if served is None and coming is None:  # retired: the last that was served is shown
            served = next((each for each in reversed(past) if each.revision), None)
        if served is None and coming is None:
            raise UnknownConnector(connector_id)
        return await self._held(connector_id, await self._whole(served), await self._whole(coming))

    async def past(self, connector_id: str) -> Past:
        return Past(*await self._rooms.registry.history(connector_id))

    async def grade(self, revision: Revision) -> Grade:
        """Worked out once for the same content."""
        key = (revision.connector_id, revision.content_hash)
        if key not in self._grades:
            self._grades[key] = await asyncio.to_thread(judged_grade, draft_of(revision))
        self._grades.move_to_end(key)
        while len(self._grades) > MOST_GRADES:
            self._grades.popitem(last=False)
        return self._grades[key]

    async def diff(self, held: Held) -> tuple[Draft, Draft, tuple[Change, ...], list[str]]:
        """From what is served to what is on its way; without one, from the version before to what is served.

        Raises: MoveRefused without two versions; ManifestRejected.
        """
        before, after = await self._two(held)
        found = await asyncio.to_thread(changes, before, after)
        return before, after, found, await asyncio.to_thread(sdl_lines, before, after)

    async def impact(self, held: Held) -> Result:
        """Of what is on its way on what is served, by the use recorded until now. Raises: MoveRefused."""
        if held.coming is None:
            raise MoveRefused(f"nothing of {held.id} is on its way")
        old = draft_of(held.served) if held.served is not None and held.served.state in SERVED else None
        now_s = self._rooms.clock.epoch_s()
        weighed = await impact(
            old, draft_of(held.coming), self._rooms.database, now_s, held.coming.accepted_breaking
        )
        return weighed.result

    def findings(self, revision: Revision) -> list[Mapping[str, Any]]:
        """What the stages found, as it is kept with the revision."""
        return [finding for stage in revision.results for finding in stage.get("findings", ())]

    async def _two(self, held: Held) -> tuple[Draft, Draft]:
        if held.served is not None and held.coming is not None:
            return _named(held.served), _named(held.coming)
        if held.served is None:
            raise MoveRefused(f"there are no two versions of {held.id} to compare")
        try:
            former = await self._rooms.registry.former(held.id)
        except MoveRefused:
            raise MoveRefused(f"there are no two versions of {held.id} to compare") from None
        return _named(former), _named(held.served)

    async def _held(self, name: str, served: Revision | None, coming: Revision | None) -> Held:
        found = coming or served
        assert found is not None
        if coming is None:
            return Held(name, found.department, served, None)
        given = await self._rooms.registry.drafts.approvals(coming.id)
        return Held(name, found.department, served, coming, missing(coming, given), given)

    async def _whole(self, revision: Revision | None) -> Revision | None:
        return None if revision is None else await self._rooms.registry.drafts.get(revision.id)


def _named(revision: Revision) -> Draft:
    return draft_of(revision, f"{revision.connector_id} {revision.version}")
