"""留痕: who did what to what, for which purpose, with which outcome. Written before the caller sees
success; never changed afterwards.

Many requests share one write: whoever arrives while a transaction is under way goes into the next one
(group commit), so the log costs a transaction per batch and not per request. ``record`` returns when its
entry is committed. A killed process loses no acknowledged entry; with SQLite (``synchronous=NORMAL``) a
power cut may lose the last moments, PostgreSQL loses nothing.
Must never: hold a value of a person. Subjects are opaque ids, objects are ids, details are facts about the
act.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import SQLAlchemyError

from storage.database import Database
from storage.tables import audit_log
from tongban.clock import Clock
from tongban.errors import ErrorCode, OurFault

Detail = str | int | float | bool | None | list[str]

_BATCH = 500
_PENDING = 20_000
_PAGE = 1_000
_DETAILS_BYTES = 4_096
_LOCK = 0x746F6E67
"""The advisory lock under which PostgreSQL hands out numbers: gapless, and in the order of commit."""

_CITIZEN_ID = re.compile(r"(?<![0-9A-Za-z])[1-9]\d{16}[\dXx](?![0-9A-Za-z])")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One act. ``subject`` is the account (opaque; empty: nobody logged in, ``system``: the platform itself).

    ``action`` is a dotted verb (``login.succeeded``, ``connector.published``); ``outcome`` is ``ok``,
    ``refused`` or ``failed``.
    """

    action: str
    subject: str = ""
    object_kind: str = ""
    object_id: str = ""
    department: str = ""
    purpose: str = ""
    request_id: str = ""
    outcome: str = "ok"
    details: Mapping[str, Detail] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Waiting:
    row: dict[str, Any]
    written: asyncio.Future[None]


class AuditLog:
    """The port ``audit.record``: ``await record(entry)`` returns when the entry is in the store."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._waiting: list[_Waiting] = []
        self._writer: asyncio.Task[None] | None = None

    async def record(self, entry: AuditEntry) -> None:
        """Written and committed on return.

        Raises: OurFault (OVERLOADED) if the store did not take it; ValueError if the entry holds a citizen
        id or is too large.
        """
        if len(self._waiting) >= _PENDING:
            raise OurFault(ErrorCode.OVERLOADED, detail="audit log: too many entries wait", retry_after_s=1)
        row = _row(entry, int(self._clock.epoch_s() * 1000))
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(row, written))
        if self._writer is None:
            self._writer = asyncio.create_task(self._write_all())
        await written

    async def entries(
        self, after_seq: int = 0, until_seq: int | None = None
    ) -> AsyncIterator[dict[str, Any]]:
        """Every entry in order, page by page, details decoded."""
        while True:
            wanted = (
                select(audit_log).where(audit_log.c.seq > after_seq).order_by(audit_log.c.seq).limit(_PAGE)
            )
            if until_seq is not None:
                wanted = wanted.where(audit_log.c.seq <= until_seq)
            async with self._database.read() as connection:
                page = (await connection.execute(wanted)).mappings().all()
            for row in page:
                yield {**row, "details": json.loads(row["details"])}
            if len(page) < _PAGE:
                return
            after_seq = page[-1]["seq"]

    async def export_ndjson(self, after_seq: int = 0, until_seq: int | None = None) -> AsyncIterator[str]:
        """One JSON document a line, in order of ``seq``."""
        async for entry in self.entries(after_seq, until_seq):
            yield json.dumps(entry, ensure_ascii=False, separators=(",", ":")) + "\n"

    async def close(self) -> None:
        """Waits for what is under way."""
        if self._writer is not None:
            await self._writer

    async def _write_all(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:_BATCH], self._waiting[_BATCH:]
                await self._write(batch)
        finally:
            self._writer = None

    async def _write(self, batch: list[_Waiting]) -> None:
        fault: Exception | None = None
        try:
            async with self._database.write() as connection:
                if not self._database.is_sqlite:
                    await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
                next_seq = select(func.coalesce(func.max(audit_log.c.seq), 0) + 1).scalar_subquery()
                await connection.execute(
                    insert(audit_log).values(seq=next_seq), [waiting.row for waiting in batch]
                )
        except (SQLAlchemyError, OSError) as error:
            fault = OurFault(
                ErrorCode.OVERLOADED, detail=f"audit log: {type(error).__name__}", retry_after_s=1
            )
        for waiting in batch:
            if waiting.written.done():  # its request was cancelled; the entry stands
                continue
            if fault is None:
                waiting.written.set_result(None)
            else:
                waiting.written.set_exception(fault)


def _row(entry: AuditEntry, at_ms: int) -> dict[str, Any]:
    details = json.dumps(dict(entry.details), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    row = {
        "at_ms": at_ms,
        "subject": entry.subject,
        "action": entry.action,
        "object_kind": entry.object_kind,
        "object_id": entry.object_id,
        "department": entry.department,
        "purpose": entry.purpose,
        "request_id": entry.request_id[:64],
        "outcome": entry.outcome,
        "details": details,
    }
    if len(details.encode()) > _DETAILS_BYTES:
        raise ValueError(f"audit entry {entry.action}: details over {_DETAILS_BYTES} bytes")
    for name, value in row.items():
        if isinstance(value, str) and holds_citizen_id(value):
            raise ValueError(f"audit entry {entry.action}: {name} holds a citizen id")
        width = getattr(audit_log.c[name].type, "length", None)
        if isinstance(value, str) and width is not None and len(value) > width:
            raise ValueError(f"audit entry {entry.action}: {name} is longer than {width}")
    return row


def holds_citizen_id(value: str) -> bool:
    """GB 11643: seventeen digits and a checksum, standing alone."""
    for match in _CITIZEN_ID.finditer(value):
        digits = match.group().upper()
        total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits[:17], strict=True))
        if "10X98765432"[total % 11] == digits[17]:
            return True
    return False
