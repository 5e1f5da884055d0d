"""What is served: every revision of every connector, in the database, under one number that every change of it raises.

Writes are serialised by the row of ``registry_revision``. Must never: open a connector, or change a stored revision's content.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors import registry_rows as rows
from connectors.drafts import Drafts, Submission, UnchangedError
from connectors.manifest.model import Words
from connectors.registry_rows import in_states, raised, serve
from connectors.revisions import (
    OPEN,
    SERVED,
    Change,
    MoveRefused,
    PublishedSet,
    Revision,
    State,
    UnknownConnector,
)
from connectors.tables import connector_revisions, registry_changes, registry_revision
from storage import Database
from tongban.clock import Clock


class Registry:
    """``drafts`` is the part before publication."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self.drafts = Drafts(database, clock)

    async def publish(
        self,
        manifest_text: str,
        files: Mapping[str, bytes],
        endpoint: str | None,
        by: str,
        *,
        replace: bool = False,
    ) -> int:
        """Stores and publishes at once, without a route. The registry's revision after it; the same content again changes nothing.

        Raises: ManifestRejected; MoveRefused for the same version with another content unless ``replace``.
        """
        submission = Submission.of(manifest_text, files, endpoint, by, replace=replace)
        try:
            async with self._database.write() as connection:
                revision = await raised(connection)
                draft = await self.drafts.store(connection, submission)
                await self._serve(connection, revision, draft.connector_id, draft.id, None, "publish", by)
                return revision
        except UnchangedError:
            return await self.revision()

    async def publish_draft(self, revision_id: int, by: str, was: State | None = None) -> int:
        """An open revision (still in the state ``was``) becomes what is served; the registry's revision after it.

        Raises: MoveRefused, also where another revision of the connector was published since this one was judged.
        """
        async with self._database.write() as connection:
            revision = await raised(connection)
            draft = await rows.by_id(connection, revision_id)
            if draft.state not in OPEN or was not in (None, draft.state):
                raise MoveRefused(f"{draft.connector_id} {draft.version} is {rows.said(draft.state)} by now")
            await rows.require_base(connection, draft)
            await self._serve(connection, revision, draft.connector_id, draft.id, None, "publish", by)
        return revision

    async def retire(self, connector_id: str, by: str) -> int:
        """Out of the graph; the registry's revision after it.

        Raises: MoveRefused if nothing is published under this id.
        """
        async with self._database.write() as connection:
            revision = await raised(connection)
            await self._served(connection, connector_id)
            await self._serve(connection, revision, connector_id, None, None, "retire", by)
        return revision

    async def disable(self, connector_id: str, notice: Words, by: str) -> int:
        """The schema stays, the fields answer with the notice. Raises: MoveRefused if nothing is published."""
        return await self._noticed(connector_id, notice, "disable", by)

    async def enable(self, connector_id: str, by: str) -> int:
        """Undoes ``disable``. Raises: MoveRefused if it is not disabled."""
        return await self._noticed(connector_id, None, "enable", by)

    async def rollback(self, connector_id: str, by: str, to: str | None = None) -> int:
        """To the version ``to`` (its newest content that was ever published), or to what was served before the present one was
        published first.

        Raises: MoveRefused if there is none, or it is served already.
        """
        async with self._database.write() as connection:
            revision = await raised(connection)
            target = await self._former(connection, connector_id, to)
            await self._serve(connection, revision, connector_id, target, None, "rollback", by)
        return revision

    async def rollback_to(self, past: int, by: str) -> int:
        """The whole set as it was served at the registry's revision ``past``, notices included; what is so already stays.

        Raises: MoveRefused if there was no such revision, or nothing is different.
        """
        async with self._database.write() as connection:
            revision = await raised(connection)
            if not 0 <= past < revision:
                raise MoveRefused(f"there is no registry revision {past}; the newest is {revision - 1}")
            then = await self._served_at(connection, past)
            now = await self._served_at(connection, revision)
            changed = 0
            for connector_id in sorted(then.keys() | now.keys()):
                wanted, held = then.get(connector_id), now.get(connector_id)
                if _same(wanted, held):
                    continue
                target = wanted.revision_id if wanted is not None else None
                notice = wanted.notice if wanted is not None else None
                await self._serve(connection, revision, connector_id, target, notice, "rollback", by)
                changed += 1
            if not changed:
                raise MoveRefused(f"what is served is what was served at revision {past}")
        return revision

    async def list(self) -> tuple[Revision, ...]:
        """Every revision there has been, oldest first, without its content."""
        async with self._database.read() as connection:
            return tuple(await rows.revisions(connection, content=False))

    async def history(self, connector_id: str) -> tuple[tuple[Revision, ...], tuple[Change, ...]]:
        """One connector's revisions without their content, and its lines of the log, oldest first."""
        mine = connector_revisions.c.connector_id == connector_id
        async with self._database.read() as connection:
            return (
                tuple(await rows.revisions(connection, mine, content=False)),
                tuple(await rows.changes(connection, registry_changes.c.connector_id == connector_id)),
            )

    async def department_of(self, connector_id: str) -> str:
        """Whose connector it is. Raises: UnknownConnector."""
        column = connector_revisions.c
        wanted = (
            select(column.department).where(column.connector_id == connector_id).order_by(column.id.desc())
        )
        async with self._database.read() as connection:
            found = (await connection.execute(wanted.limit(1))).scalar()
        if found is None:
            raise UnknownConnector(connector_id)
        return str(found)

    async def current(self, *, content: bool = True) -> PublishedSet:
        """What is served now, and the canaries; without ``content`` their manifests and files are left empty."""
        async with self._database.read() as connection:
            # the revision is read first: a publication in between is then seen again at the next poll, never missed
            revision = await rows.number(connection)
            states = [*(state.value for state in SERVED), State.CANARY.value]
            found = await rows.revisions(connection, connector_revisions.c.state.in_(states), content=content)
        found.sort(key=lambda each: each.connector_id)
        return PublishedSet(
            revision,
            tuple(each for each in found if each.state in SERVED),
            tuple(each for each in found if each.state is State.CANARY),
        )

    async def served_at(self, past: int) -> tuple[Revision, ...]:
        """What was served at a registry revision, by connector id."""
        async with self._database.read() as connection:
            then = await self._served_at(connection, past)
            return tuple(
                [
                    await rows.by_id(connection, change.revision_id)
                    for _, change in sorted(then.items())
                    if change.revision_id is not None
                ]
            )

    async def former(self, connector_id: str, to: str | None = None) -> Revision:
        """What ``rollback`` would serve. Raises: MoveRefused."""
        async with self._database.read() as connection:
            return await rows.by_id(connection, await self._former(connection, connector_id, to))

    async def revision(self) -> int:
        """One small row: cheap enough for polling."""
        async with self._database.read() as connection:
            return await rows.number(connection)

    async def review(self) -> bool | None:
        """Whether this store asks for a review; None: it does not say."""
        async with self._database.read() as connection:
            found = (await connection.execute(select(registry_revision.c.review))).scalar()
            return None if found is None else bool(found)

    async def set_review(self, review: bool | None) -> None:
        async with self._database.write() as connection:
            await connection.execute(update(registry_revision).values(review=review))

    async def _serve(
        self,
        connection: AsyncConnection,
        revision: int,
        connector_id: str,
        revision_id: int | None,
        notice: Words | None,
        action: str,
        by: str,
    ) -> None:
        at_s = self._clock.epoch_s()
        await serve(connection, Change(revision, connector_id, revision_id, notice, action, by, at_s))

    async def _noticed(self, connector_id: str, notice: Words | None, action: str, by: str) -> int:
        async with self._database.write() as connection:
            revision = await raised(connection)
            served = await self._served(connection, connector_id)
            if notice is None and served.state is not State.DISABLED:
                raise MoveRefused(f"{connector_id} is not disabled")
            await self._serve(connection, revision, connector_id, served.id, notice, action, by)
        return revision

    async def _served(self, connection: AsyncConnection, connector_id: str) -> Revision:
        served = await in_states(connection, connector_id, SERVED)
        if served is None:
            raise MoveRefused(f"{connector_id} is not published")
        return served

    async def _served_at(self, connection: AsyncConnection, past: int) -> dict[str, Change]:
        log = await rows.changes(connection, registry_changes.c.revision <= past)
        return {change.connector_id: change for change in log}

    async def _former(self, connection: AsyncConnection, connector_id: str, to: str | None) -> int:
        served = await in_states(connection, connector_id, SERVED)
        if to is not None:
            column = connector_revisions.c
            found = await rows.revisions(
                connection,
                column.connector_id == connector_id,
                column.version == to,
                column.revision > 0,
                content=False,
            )
            if not found:
                raise MoveRefused(f"{connector_id} {to} was never published")
            if served is not None and served.id == found[-1].id:
                raise MoveRefused(f"{connector_id} {to} is what is served")
            return found[-1].id
        log = await rows.changes(connection, registry_changes.c.connector_id == connector_id)
        if served is not None:
            first = next(at for at, change in enumerate(log) if change.revision_id == served.id)
            log = log[:first]
        before = [change.revision_id for change in log if change.revision_id is not None]
        if not before:
            raise MoveRefused(f"{connector_id} has no former version; name one with --to")
        return before[-1]


def _same(one: Change | None, other: Change | None) -> bool:
    """Whether the same is served in the same way."""
    return _serving(one) == _serving(other)


def _serving(change: Change | None) -> tuple[int | None, Words | None]:
    return (None, None) if change is None else (change.revision_id, change.notice)
