"""*impact*: each change of the graph × the recorded use of 400 days.

A breaking change that is used is an error that names operations, client versions, calls and people a day; accepted with a reason
it is a warning, as is one that nobody uses. Must never: show a group of fewer than ten people as a number.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from connectors.judging import Change, Draft, changes
from connectors.judging.opened import open_draft
from connectors.manifest import Finding, ManifestRejected
from connectors.snapshot import service_entries
from gateway.docking.affected import Affected, services_of
from gateway.docking.result import Result
from storage.database import Database
from usage_metrics import people
from usage_metrics.hits import LOOKED_BACK_DAYS, Hit, first_day, hits_of, people_a_day

MOST_CHANGES = 500
MOST_NAMED = 5
"""Operations in a sentence; all of them stand in the JSON."""
MOST_HITS = 200


@dataclass(frozen=True, slots=True)
class Weighed:
    """A change with whom it hits."""

    change: Change
    hits: tuple[Hit, ...] = ()
    people: int = 0

    @property
    def word(self) -> str:
        if self.change.kind != "breaking":
            return self.change.kind
        return "breaking-used" if self.hits else "breaking-unused"

    def to_json(self) -> dict[str, Any]:
        change = self.change
        return {
            "kind": change.kind,
            "impact": self.word,
            "coordinate": change.coordinate,
            "message": change.message,
            "people_a_day": people.shown(self.people),
            "operations": [_hit(hit) for hit in self.hits[:MOST_HITS]],
        }


@dataclass(frozen=True, slots=True)
class Impact:
    """The stage's result, and whether a data steward has to look."""

    result: Result
    governance: bool = False
    weighed: tuple[Weighed, ...] = field(default=(), repr=False)


async def impact(
    old: Draft | None, new: Draft, database: Database, now_s: float, accepted: str = ""
) -> Impact:
    """``accepted``: why what is used may break. Without ``old`` nobody can be hit."""
    if old is None:
        return Impact(Result("impact"))
    try:
        found = await asyncio.to_thread(changes, old, new)
    except ManifestRejected as rejected:
        return Impact(Result("impact", rejected.findings))
    weighed = await weigh(old, found[:MOST_CHANGES], database, first_day(now_s))
    governance = any(change.governance for change in found)
    more = {
        "days": LOOKED_BACK_DAYS,
        "changes": [each.to_json() for each in weighed],
        "accepted_breaking": accepted,
    }
    findings = [_finding(each, new.file, accepted) for each in weighed if each.change.kind == "breaking"]
    return Impact(Result("impact", tuple(findings), more), governance, weighed)


async def weigh(old: Draft, found: Sequence[Change], database: Database, since: date) -> tuple[Weighed, ...]:
    """Only breaking changes are looked up."""
    opened = open_draft(old).connector
    if opened is None:
        return tuple(Weighed(change) for change in found)
    services = {entry.id: entry.coordinates for entry in service_entries(opened.manifest)}
    affected = Affected(opened.sdl, services)
    weighed = []
    for change in found:
        if change.kind != "breaking":
            weighed.append(Weighed(change))
            continue
        fields = affected.fields(change.coordinate)
        hits = await hits_of(database, fields, since)
        named = services_of(fields, services)
        met = await people_a_day(database, named, {hit.client for hit in hits}, since)
        weighed.append(Weighed(change, hits, met))
    return tuple(weighed)


def _finding(weighed: Weighed, file: str, accepted: str) -> Finding:
    change = weighed.change
    if not weighed.hits:
        message = f"{change.message}; nobody has used it for {LOOKED_BACK_DAYS} days"
        return Finding("impact.breaking-unused", "warning", file, 0, 0, message, change.fix)
    message = f"{change.message}; used by {_users(weighed)}"
    if accepted:
        return Finding("impact.breaking-accepted", "warning", file, 0, 0, message, change.fix)
    fix = change.fix or "keep what is used"
    return Finding(
        "impact.breaking-used", "error", file, 0, 0, message, f"{fix}; or --accept-breaking REASON"
    )


def _users(weighed: Weighed) -> str:
    named = [
        f"{hit.operation or hit.signature[:12]} of {_client(hit)} ({hit.calls_a_day} calls a day, last {hit.last_day})"
        for hit in weighed.hits[:MOST_NAMED]
    ]
    left = len(weighed.hits) - len(named)
    if left > 0:
        named.append(f"{left} more")
    return f"{', '.join(named)}; {people.shown(weighed.people)} people a day"


def _client(hit: Hit) -> str:
    name = " ".join(part for part in (hit.client_name, hit.client_version) if part)
    return f"{hit.app} ({name})" if name else hit.app


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "operation": hit.operation,
        "signature": hit.signature,
        "app": hit.app,
        "client_name": hit.client_name,
        "client_version": hit.client_version,
        "calls": hit.calls,
        "calls_a_day": hit.calls_a_day,
        "last_day": hit.last_day.isoformat(),
    }
