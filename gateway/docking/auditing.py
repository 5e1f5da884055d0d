"""Every step of a connector's life as an entry of the audit log: who, what, from where to where, with which outcome.

An entry is written before the caller is told. Must never: swallow a refusal.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from connectors.manifest import ManifestRejected
from connectors.revisions import MoveRefused
from gateway.docking.actors import Actor
from storage.audit import AuditEntry, AuditLog, Detail, holds_citizen_id

MOST_TEXT = 500
WITHHELD = "(withheld: it holds a citizen's id)"


@dataclass(slots=True)
class Step:
    """One step under way: what is learned of it on the way goes into its entry."""

    action: str
    actor: Actor
    object_id: str
    department: str = ""
    outcome: str = "ok"
    details: dict[str, Detail] = field(default_factory=dict)

    def moved(self, version: str, was: str, now: str) -> None:
        self.details |= {"version": version, "from": was, "to": now}

    def says(self, name: str, text: str) -> None:
        """A person's own words, or a reason; shortened."""
        self.details[name] = WITHHELD if holds_citizen_id(text) else text[:MOST_TEXT]

    @property
    def entry(self) -> AuditEntry:
        return AuditEntry(
            f"connector.{self.action}",
            subject=self.actor.subject,
            object_kind="registry" if self.object_id.isdigit() else "connector",
            object_id=self.object_id[:128],
            department=self.department[:16],
            outcome=self.outcome,
            details=self.details,
        )


def require_fit(what: str, text: str) -> None:
    """Words that are kept and shown. Raises: MoveRefused."""
    if len(text) > MOST_TEXT:
        raise MoveRefused(f"the {what} is longer than {MOST_TEXT} characters")
    if holds_citizen_id(text):
        raise MoveRefused(f"the {what} holds a citizen's id; leave it out")


@asynccontextmanager
async def audited(audit: AuditLog, step: Step) -> AsyncIterator[Step]:
    """A refusal is recorded with its reason and raised on."""
    try:
        yield step
    except (MoveRefused, ManifestRejected) as refused:
        step.outcome = "refused"
        step.says("reason", str(refused))
        await audit.record(step.entry)
        raise
    await audit.record(step.entry)
