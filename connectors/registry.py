"""What is published: every version of every connector, in the database, under one number that every change raises.

Must never: open a connector, or change a published version in silence.
"""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field

import orjson
from sqlalchemy import RowMapping, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.manifest import Manifest, beside, parse_manifest
from connectors.tables import connector_revisions, registry_revision
from storage import Database
from tongban.clock import Clock


class PublicationRefused(ValueError):
    """The registry won't take it: the same version with another content, or nothing to retire."""


class _UnchangedError(Exception):
    """Leaves a transaction that has nothing to do."""

    def __init__(self, revision: int) -> None:
        super().__init__("unchanged")
        self.revision = revision


@dataclass(frozen=True, slots=True)
class Published:
    """One published version."""

    connector_id: str
    version: str
    department: str
    endpoint: str | None
    content_hash: str
    state: str
    published_by: str
    published_at_s: float
    revision: int
    manifest: str = field(repr=False)
    files: Mapping[str, bytes] = field(repr=False)


@dataclass(frozen=True, slots=True)
class PublishedSet:
    """All that is published at one revision, by connector id."""

    revision: int
    items: tuple[Published, ...]


class Registry:
    """Writes are serialised by the row of ``registry_revision``."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def publish(
        self,
        manifest_text: str,
        files: Mapping[str, bytes],
        endpoint: str | None,
        by: str,
        *,
        replace: bool = False,
    ) -> int:
        """The registry's revision after it; the same content again changes nothing.

        Raises: ManifestRejected; PublicationRefused for the same version with another content unless ``replace``.
        """
        files = {beside(name): content for name, content in files.items()}
        manifest = parse_manifest(manifest_text, base=files)
        content_hash = _hash(manifest_text, files, endpoint)
        row = self._row(manifest, manifest_text, files, endpoint, content_hash, by)
        try:
            async with self._database.write() as connection:
                return await self._publish(connection, row, replace)
        except _UnchangedError as unchanged:
            return unchanged.revision

    async def _publish(self, connection: AsyncConnection, row: Mapping[str, object], replace: bool) -> int:
        rows = connector_revisions
        revision = await _raised(connection)
        held = (
            await connection.execute(
                select(rows.c.version, rows.c.content_hash, rows.c.state).where(
                    rows.c.connector_id == row["connector_id"]
                )
            )
        ).all()
        same = [found for found in held if found.version == row["version"]]
        if any(found.state == "published" and found.content_hash == row["content_hash"] for found in same):
            # nothing changes, the number neither: what this transaction did is rolled back
            raise _UnchangedError(revision - 1)
        if not replace and any(found.content_hash != row["content_hash"] for found in same):
            raise PublicationRefused(
                f"{row['connector_id']} {row['version']} was published with another content; raise the version"
            )
        await connection.execute(
            update(rows)
            .where(rows.c.connector_id == row["connector_id"], rows.c.state == "published")
            .values(state="superseded")
        )
        await connection.execute(insert(rows).values({**row, "revision": revision}))
        return revision

    async def retire(self, connector_id: str, by: str) -> int:
        """The registry's revision after it. ``by`` is for the caller's audit log.

        Raises: PublicationRefused if nothing is published under this id.
        """
        rows = connector_revisions
        async with self._database.write() as connection:
            revision = await _raised(connection)
            found = await connection.execute(
                update(rows)
                .where(rows.c.connector_id == connector_id, rows.c.state == "published")
                .values(state="retired", revision=revision)
            )
            if found.rowcount == 0:
                raise PublicationRefused(f"{connector_id} is not published")
        return revision

    async def list(self) -> tuple[Published, ...]:
        """Every version there has been, oldest first."""
        async with self._database.read() as connection:
            found = await connection.execute(select(connector_revisions).order_by(connector_revisions.c.id))
            return tuple(_published(row) for row in found.mappings())

    async def current(self) -> PublishedSet:
        """What is published now, read in one statement's moment."""
        rows = connector_revisions
        async with self._database.read() as connection:
            # the revision is read first: a publication in between is then seen again at the next poll, never missed
            revision = await _revision(connection)
            found = await connection.execute(
                select(rows).where(rows.c.state == "published").order_by(rows.c.connector_id)
            )
            return PublishedSet(revision, tuple(_published(row) for row in found.mappings()))

    async def revision(self) -> int:
        """One small row: cheap enough for polling."""
        async with self._database.read() as connection:
            return await _revision(connection)

    def _row(
        self,
        manifest: Manifest,
        text: str,
        files: Mapping[str, bytes],
        endpoint: str | None,
        content_hash: str,
        by: str,
    ) -> dict[str, object]:
        return {
            "connector_id": manifest.id,
            "version": manifest.metadata.version,
            "department": manifest.department,
            "manifest": text,
            "files": orjson.dumps(
                {name: b64encode(content).decode() for name, content in files.items()}
            ).decode(),
            "endpoint": endpoint,
            "content_hash": content_hash,
            "state": "published",
            "published_by": by,
            "published_at_s": self._clock.epoch_s(),
        }


async def _raised(connection: AsyncConnection) -> int:
    """Takes the lock that every change takes, and the next number."""
    table = registry_revision
    found = await connection.execute(
        update(table).where(table.c.id == 1).values(revision=table.c.revision + 1)
    )
    if found.rowcount == 0:
        await connection.execute(insert(table).values(id=1, revision=1))
    return await _revision(connection)


async def _revision(connection: AsyncConnection) -> int:
    found = await connection.execute(select(func.max(registry_revision.c.revision)))
    return int(found.scalar() or 0)


def _hash(manifest: str, files: Mapping[str, bytes], endpoint: str | None) -> str:
    digest = hashlib.sha256()
    for part in (manifest.encode(), (endpoint or "").encode(), *_flat(files)):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def _flat(files: Mapping[str, bytes]) -> tuple[bytes, ...]:
    return tuple(part for name in sorted(files) for part in (name.encode(), files[name]))


def _published(row: RowMapping) -> Published:
    held: dict[str, str] = orjson.loads(str(row["files"]))
    endpoint = row["endpoint"]
    return Published(
        connector_id=str(row["connector_id"]),
        version=str(row["version"]),
        department=str(row["department"]),
        endpoint=None if endpoint is None else str(endpoint),
        content_hash=str(row["content_hash"]),
        state=str(row["state"]),
        published_by=str(row["published_by"]),
        published_at_s=float(str(row["published_at_s"])),
        revision=int(str(row["revision"])),
        manifest=str(row["manifest"]),
        files={name: b64decode(content) for name, content in held.items()},
    )
