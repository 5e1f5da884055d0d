"""What the pages show of connectors, put together for the templates. Reads; changes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from connectors.judging import Change as Difference
from connectors.judging import Grade
from connectors.manifest import Manifest, ManifestRejected
from connectors.manifest.model import Words
from connectors.revisions import SERVED, MoveRefused, Revision, State
from gateway.api.shelf import Held, Past, Shelf
from gateway.api.visitor import Visitor
from gateway.current import CurrentGeneration
from gateway.departments.lines import Excerpt, excerpts, findings_of
from gateway.departments.looking import Look, Looks
from gateway.departments.sheet import MANIFEST, Sheet
from gateway.departments.trying import example
from gateway.docking.policy import Policy, policy_of
from gateway.docking.stages.compose import draft_of
from gateway.docking.stages.review import objection
from gateway.rooms import Rooms

In = TypeVar("In")
Out = TypeVar("Out")
AT_ONCE = 2
"""Pieces of work in threads."""
MOST_SDL_LINES = 400


@dataclass(frozen=True, slots=True)
class Row:
    """A connector in the list. ``misfits``: values that broke their contract, since this gateway runs; None where it does not
    serve it."""

    held: Held
    title: Words
    grade: Grade
    look: Look | None
    misfits: int | None

    @property
    def state(self) -> str:
        return self.held.served.state.value if self.held.served is not None else "new"

    @property
    def waits_for(self) -> tuple[str, ...]:
        """Whose words are needed next."""
        coming = self.held.coming
        return self.held.missing if coming is not None and coming.state is State.IN_REVIEW else ()


@dataclass(frozen=True, slots=True)
class View:
    """One connector's page. ``why_not``: why this visitor gives no word; ``changes`` and ``sdl``: of the draft, or of the
    last version; ``impact``: JSON objects of the changes with whom they hit."""

    row: Row
    manifest: Manifest
    policy: Policy
    past: Past
    keeps: bool
    may_approve: bool
    why_not: str
    excerpts: list[Excerpt]
    changes: tuple[Difference, ...]
    compared: tuple[str, str]
    sdl: list[str]
    impact: list[dict[str, Any]]
    days: int
    former: tuple[str, ...]
    example: str
    look: list[Excerpt]

    @property
    def held(self) -> Held:
        return self.row.held

    @property
    def served(self) -> Revision | None:
        """None for a retired one."""
        found = self.held.served
        return found if found is not None and found.state in SERVED else None


class Showing:
    """Of one house."""

    def __init__(self, rooms: Rooms, current: CurrentGeneration, shelf: Shelf, looks: Looks) -> None:
        self._rooms = rooms
        self._current = current
        self._shelf = shelf
        self._looks = looks
        self._threads = asyncio.Semaphore(AT_ONCE)

    async def beside(self, work: Callable[[In], Out], given: In) -> Out:
        """Work that would hold up the event loop; a few at once."""
        async with self._threads:
            return await asyncio.to_thread(work, given)

    async def rows(self, visitor: Visitor) -> list[Row]:
        return [await self._row(held) for held in await self._shelf.all(visitor)]

    async def one(self, visitor: Visitor, held: Held) -> View:
        row = await self._row(held)
        past = await self._shelf.past(held.id)
        may, why_not = _word(visitor, held)
        changes, compared, sdl = await self._differences(held)
        impact, days = await self._impact(held)
        newest = held.newest
        texts = {**_texts(newest), MANIFEST: newest.manifest}
        look = self._looks.last(newest)
        return View(
            row=row,
            manifest=held.manifest(),
            policy=await policy_of(self._rooms.settings, self._rooms.registry),
            past=past,
            keeps=visitor.keeps(held.department),
            may_approve=may,
            why_not=why_not,
            excerpts=excerpts(findings_of(newest.results, MANIFEST, newest.files), texts),
            changes=changes,
            compared=compared,
            sdl=sdl,
            impact=impact,
            days=days,
            former=_former(past, held),
            example=example(draft_of(newest)),
            look=[] if look is None else excerpts(look.findings, texts),
        )

    def sheet(self, sheet: Sheet) -> list[Excerpt]:
        return excerpts(sheet.findings, sheet.texts)

    async def _row(self, held: Held) -> Row:
        return Row(
            held,
            held.manifest().metadata.title,
            await self._shelf.grade(held.steady),
            self._looks.last(held.newest),
            self._misfits(held),
        )

    def _misfits(self, held: Held) -> int | None:
        generation = self._current.now
        connector = generation.snapshot.connectors.get(held.id) if generation is not None else None
        return None if connector is None else sum(connector.quality.counts().values())

    async def _differences(self, held: Held) -> tuple[tuple[Difference, ...], tuple[str, str], list[str]]:
        try:
            before, after, found, sdl = await self._shelf.diff(held)
        except (MoveRefused, ManifestRejected):
            return (), ("", ""), []
        return found, (before.file, after.file), sdl[:MOST_SDL_LINES]

    async def _impact(self, held: Held) -> tuple[list[dict[str, Any]], int]:
        if held.coming is None:
            return [], 0
        result = await self._shelf.impact(held)
        return list(result.more.get("changes", ())), int(result.more.get("days", 0))


def _word(visitor: Visitor, held: Held) -> tuple[bool, str]:
    """Whether this visitor's word is asked for; else why not."""
    if held.coming is None or held.coming.state is not State.IN_REVIEW or not held.missing:
        return False, ""
    if any(each.account_id == visitor.account.account_id for each in held.given):
        return False, "you have given your word; another person has to give the next"
    _, why_not = objection(held.coming, visitor.account, held.missing)
    return not why_not, why_not


def _former(past: Past, held: Held) -> tuple[str, ...]:
    """Versions that were served once, the newest first, without the one that is."""
    served = held.served
    now = served.version if served is not None and served.state in SERVED else ""
    names = dict.fromkeys(each.version for each in reversed(past.revisions) if each.revision)
    return tuple(name for name in names if name != now)


def _texts(revision: Revision) -> dict[str, str]:
    return {name: content.decode("utf-8", "replace") for name, content in revision.files.items()}
