"""Revisions on their way: stored, judged, approved, tried on a share. What they hold is served to nobody but a canary's share.

Must never: judge, or know who may do what.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors import registry_rows as rows
from connectors.manifest import Manifest, beside, parse_manifest
from connectors.registry_rows import by_id, in_states, lock, move, raised
from connectors.revisions import OPEN, SERVED, Approval, MoveRefused, Revision, State
from connectors.tables import connector_approvals, connector_revisions
from storage import Database
from tongban.clock import Clock


class UnchangedError(Exception):
    """The same content is served, or on its way, already; leaves a transaction that has nothing to do."""

    def __init__(self, held: Revision) -> None:
        super().__init__("unchanged")
        self.held = held


@dataclass(frozen=True, slots=True)
class Submission:
    """A connector as handed in. ``by`` is for people to read, ``account_id`` whose it is."""

    manifest: Manifest
    text: str = field(repr=False)
    files: Mapping[str, bytes] = field(repr=False)
    endpoint: str | None
    by: str
    account_id: str = ""
    replace: bool = False
    """Whether a version may be handed in again with another content."""

    @classmethod
    def of(
        cls,
        text: str,
        files: Mapping[str, bytes],
        endpoint: str | None,
        by: str,
        account_id: str = "",
        *,
        replace: bool = False,
    ) -> Submission:
        """Raises: ManifestRejected."""
        named = {beside(name): content for name, content in files.items()}
        return cls(parse_manifest(text, base=named), text, named, endpoint, by, account_id, replace)

    @property
    def content_hash(self) -> str:
        return rows.content_hash(self.text, self.files, self.endpoint)


class Drafts:
    """Of one registry; ``Registry.drafts``."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def submit(self, submission: Submission) -> Revision:
        """A new draft; one that was on its way is superseded by it.

        Raises: UnchangedError if the same is served already, or has passed its stages and waits: handing it in again takes nobody's
        word away; MoveRefused for a version that was published with another content.
        """
        async with self._database.write() as connection:
            await lock(connection)
            await self._require_news(connection, submission)
            return await self.store(connection, submission)

    async def _require_news(self, connection: AsyncConnection, submission: Submission) -> None:
        held = await in_states(connection, submission.manifest.id, OPEN - {State.DRAFT})
        served = await in_states(connection, submission.manifest.id, SERVED)
        if (
            held is not None
            and held.content_hash == submission.content_hash
            and held.base == (served.id if served is not None else None)
        ):
            raise UnchangedError(held)

    async def store(self, connection: AsyncConnection, submission: Submission) -> Revision:
        """``submit`` within the transaction of somebody who holds the lock."""
        manifest = submission.manifest
        digest = submission.content_hash
        column = connector_revisions.c
        same = await rows.revisions(
            connection,
            column.connector_id == manifest.id,
            column.version == manifest.metadata.version,
            content=False,
        )
        for found in same:
            if found.state is State.PUBLISHED and found.content_hash == digest:
                raise UnchangedError(found)
        if not submission.replace and any(f.revision and f.content_hash != digest for f in same):
            raise MoveRefused(
                f"{manifest.id} {manifest.metadata.version} was published with another content; raise the version"
            )
        before = await in_states(connection, manifest.id, OPEN)
        if before is not None:
            if before.state is State.CANARY:
                await raised(connection)
            await move(connection, before, State.SUPERSEDED)
        served = await in_states(connection, manifest.id, SERVED)
        inserted = await connection.execute(
            insert(connector_revisions).values(
                connector_id=manifest.id,
                version=manifest.metadata.version,
                department=manifest.department,
                manifest=submission.text,
                files=rows.packed(submission.files),
                endpoint=submission.endpoint,
                content_hash=digest,
                state=State.DRAFT.value,
                published_by="",
                published_at_s=0.0,
                revision=0,
                submitted_by=submission.by,
                submitter_id=submission.account_id,
                submitted_at_s=self._clock.epoch_s(),
                base=served.id if served is not None else None,
            )
        )
        key = inserted.inserted_primary_key
        assert key is not None
        return await by_id(connection, int(key[0]))

    async def judged(
        self,
        revision_id: int,
        results: Sequence[Mapping[str, Any]],
        *,
        needs: Sequence[str] = (),
        accepted_breaking: str = "",
        passed: bool,
    ) -> Revision:
        """Keeps what the stages found; with ``passed`` a draft goes into review."""
        async with self._database.write() as connection:
            await lock(connection)
            draft = await by_id(connection, revision_id)
            to = State.IN_REVIEW if passed else State.DRAFT
            await move(
                connection,
                draft,
                to,
                results=rows.results_text(results),
                needs=" ".join(needs),
                accepted_breaking=accepted_breaking,
            )
            return await by_id(connection, revision_id)

    async def approve(self, revision_id: int, approval: Approval) -> tuple[Approval, ...]:
        """Every word that there is after this one. Raises: MoveRefused if it is not in review or the person spoke already."""
        async with self._database.write() as connection:
            await lock(connection)
            draft = await by_id(connection, revision_id)
            if draft.state is not State.IN_REVIEW:
                raise MoveRefused(f"{draft.connector_id} {draft.version} is not in review")
            try:
                async with connection.begin_nested():
                    await connection.execute(
                        insert(connector_approvals).values(
                            revision_id=revision_id,
                            account_id=approval.account_id,
                            login=approval.by,
                            need=approval.need,
                            at_s=self._clock.epoch_s(),
                        )
                    )
            except IntegrityError:
                raise MoveRefused(
                    f"{approval.by} has given a word for {draft.connector_id} {draft.version} already; "
                    "another person has to give the next"
                ) from None
            return await rows.approvals(connection, revision_id)

    async def start_canary(self, revision_id: int) -> int:
        """The registry's revision after it. Raises: MoveRefused."""
        async with self._database.write() as connection:
            revision = await raised(connection)
            draft = await by_id(connection, revision_id)
            if draft.state is State.CANARY:
                raise MoveRefused(f"{draft.connector_id} {draft.version} is tried on a share already")
            await rows.require_base(connection, draft)
            await move(connection, draft, State.CANARY)
        return revision

    async def stop_canary(self, revision_id: int, result: Mapping[str, Any]) -> bool:
        """Back to draft, with the reason among its results; False if it was no canary any more."""
        async with self._database.write() as connection:
            await lock(connection)
            draft = await by_id(connection, revision_id)
            if draft.state is not State.CANARY:
                return False
            await raised(connection)
            await move(connection, draft, State.DRAFT, results=rows.results_text([*draft.results, result]))
        return True

    async def open(self, connector_id: str) -> Revision | None:
        """The connector's revision on its way."""
        async with self._database.read() as connection:
            return await in_states(connection, connector_id, OPEN)

    async def all(self) -> tuple[Revision, ...]:
        """What is on its way, of every connector."""
        states = sorted(OPEN)
        async with self._database.read() as connection:
            return tuple(await rows.revisions(connection, connector_revisions.c.state.in_(states)))

    async def get(self, revision_id: int) -> Revision:
        """Raises: MoveRefused."""
        async with self._database.read() as connection:
            return await by_id(connection, revision_id)

    async def approvals(self, revision_id: int) -> tuple[Approval, ...]:
        async with self._database.read() as connection:
            return await rows.approvals(connection, revision_id)
