"""The statements that the registry and its drafts share: the lock, the log, rows to values.

Every function here works within the caller's transaction.
"""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import RowMapping, func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.manifest.model import Words
from connectors.revisions import MOVES, SERVED, Approval, Change, MoveRefused, Revision, State
from connectors.tables import connector_approvals, connector_revisions, registry_changes, registry_revision


async def lock(connection: AsyncConnection) -> int:
    """Takes the lock that every change takes; the number stays."""
    table = registry_revision
    await connection.execute(update(table).where(table.c.id == 1).values(revision=table.c.revision))
    return await number(connection)


async def raised(connection: AsyncConnection) -> int:
    """Takes the lock, and the next number."""
    table = registry_revision
    await connection.execute(update(table).where(table.c.id == 1).values(revision=table.c.revision + 1))
    return await number(connection)


async def number(connection: AsyncConnection) -> int:
    found = await connection.execute(select(func.max(registry_revision.c.revision)))
    return int(found.scalar() or 0)


async def revisions(connection: AsyncConnection, *where: Any, content: bool = True) -> list[Revision]:
    """Oldest first. Without ``content`` manifest and files are left empty: descriptions may have megabytes."""
    columns = [
        column
        if content or column.name not in _CONTENT
        else literal(_CONTENT[column.name]).label(column.name)
        for column in connector_revisions.c
    ]
    wanted = select(*columns).where(*where).order_by(connector_revisions.c.id)
    return [_revision(row) for row in (await connection.execute(wanted)).mappings()]


_CONTENT = {"manifest": "", "files": "{}"}
"""The large columns, and what stands for them."""


async def in_states(
    connection: AsyncConnection, connector_id: str, states: frozenset[State]
) -> Revision | None:
    """The connector's one revision in these states."""
    rows = connector_revisions.c
    found = await revisions(connection, rows.connector_id == connector_id, rows.state.in_(sorted(states)))
    return found[-1] if found else None


async def by_id(connection: AsyncConnection, revision_id: int) -> Revision:
    """Raises: MoveRefused."""
    found = await revisions(connection, connector_revisions.c.id == revision_id)
    if not found:
        raise MoveRefused(f"there is no stored revision {revision_id}")
    return found[0]


async def move(connection: AsyncConnection, moved: Revision, to: State, **values: object) -> None:
    """Raises: MoveRefused for a move that is none of ``MOVES``."""
    if to is not moved.state and to not in MOVES[moved.state]:
        raise MoveRefused(
            f"{moved.connector_id} {moved.version} is {said(moved.state)} and can't become {said(to)}"
        )
    rows = connector_revisions
    await connection.execute(update(rows).where(rows.c.id == moved.id).values(state=to.value, **values))


async def require_base(connection: AsyncConnection, draft: Revision) -> None:
    """Raises: MoveRefused if another revision is served than the one that the draft was judged against."""
    served = await in_states(connection, draft.connector_id, SERVED)
    if (served.id if served is not None else None) != draft.base:
        now = f"{served.version} is served now" if served is not None else "nothing is served any more"
        raise MoveRefused(
            f"{draft.connector_id} {draft.version} was judged beside another version; {now}: submit it again"
        )


async def serve(connection: AsyncConnection, change: Change) -> None:
    """Makes a change and writes it into the log. Other canaries of the connector go back to draft.

    Raises: MoveRefused.
    """
    before = await in_states(connection, change.connector_id, SERVED)
    if before is not None and before.id != change.revision_id:
        gone = State.RETIRED if change.revision_id is None else State.SUPERSEDED
        await move(connection, before, gone, notice_zh=None, notice_en=None)
    canary = await in_states(connection, change.connector_id, frozenset({State.CANARY}))
    if canary is not None and canary.id != change.revision_id:
        await move(connection, canary, State.DRAFT)
    notice = _notice_columns(change.notice)
    if change.revision_id is not None:
        after = await by_id(connection, change.revision_id)
        first: dict[str, object] = {}
        if not after.revision:
            first = {"revision": change.revision, "published_by": change.by, "published_at_s": change.at_s}
        to = State.DISABLED if change.notice is not None else State.PUBLISHED
        await move(connection, after, to, **notice, **first)
    await connection.execute(
        insert(registry_changes).values(
            revision=change.revision,
            connector_id=change.connector_id,
            revision_id=change.revision_id,
            action=change.action,
            done_by=change.by,
            at_s=change.at_s,
            **notice,
        )
    )


async def changes(connection: AsyncConnection, *where: Any) -> list[Change]:
    """Of the log, oldest first."""
    log = registry_changes
    wanted = select(log).where(*where).order_by(log.c.revision, log.c.connector_id)
    return [
        Change(
            revision=row["revision"],
            connector_id=row["connector_id"],
            revision_id=row["revision_id"],
            notice=_notice(row),
            action=row["action"],
            by=row["done_by"],
            at_s=row["at_s"],
        )
        for row in (await connection.execute(wanted)).mappings()
    ]


async def approvals(connection: AsyncConnection, revision_id: int) -> tuple[Approval, ...]:
    rows = connector_approvals
    wanted = select(rows).where(rows.c.revision_id == revision_id).order_by(rows.c.at_s, rows.c.account_id)
    found = (await connection.execute(wanted)).mappings()
    return tuple(Approval(row["login"], row["account_id"], row["need"], row["at_s"]) for row in found)


def content_hash(manifest: str, files: Mapping[str, bytes], endpoint: str | None) -> str:
    digest = hashlib.sha256()
    flat = (part for name in sorted(files) for part in (name.encode(), files[name]))
    for part in (manifest.encode(), (endpoint or "").encode(), *flat):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def packed(files: Mapping[str, bytes]) -> str:
    return orjson.dumps({name: b64encode(content).decode() for name, content in files.items()}).decode()


def results_text(results: Sequence[Mapping[str, Any]]) -> str:
    return orjson.dumps(list(results)).decode()


def said(state: State) -> str:
    """A state in a sentence."""
    return state.value.replace("_", " ")


def _notice_columns(notice: Words | None) -> dict[str, str | None]:
    if notice is None:
        return {"notice_zh": None, "notice_en": None}
    return {"notice_zh": notice.zh, "notice_en": notice.en}


def _notice(row: RowMapping) -> Words | None:
    return None if row["notice_zh"] is None else Words(row["notice_zh"], row["notice_en"] or "")


def _revision(row: RowMapping) -> Revision:
    held: dict[str, str] = orjson.loads(row["files"])
    return Revision(
        id=row["id"],
        connector_id=row["connector_id"],
        version=row["version"],
        department=row["department"],
        endpoint=row["endpoint"],
        content_hash=row["content_hash"],
        state=State(row["state"]),
        published_by=row["published_by"],
        published_at_s=row["published_at_s"],
        revision=row["revision"],
        manifest=row["manifest"],
        files={name: b64decode(content) for name, content in held.items()},
        submitted_by=row["submitted_by"],
        submitter_id=row["submitter_id"],
        submitted_at_s=row["submitted_at_s"],
        base=row["base"],
        needs=tuple(row["needs"].split()),
        results=tuple(orjson.loads(row["results"])),
        accepted_breaking=row["accepted_breaking"],
        notice=_notice(row),
    )
