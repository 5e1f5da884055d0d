"""The connectors of this process, opened: what is unchanged from one generation to the next stays open.

Must never: let one connector that cannot be opened keep the others out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import structlog

from connectors.connector import Connector
from connectors.manifest import ManifestRejected, parse_manifest
from connectors.opening import open_connector
from connectors.revisions import Revision
from gateway.in_force import InForce
from gateway.rooms import Rooms

log = structlog.get_logger("tongban.generation")


def opened(rooms: Rooms, revision: Revision) -> Connector:
    """Sends nothing. Raises: ManifestRejected."""
    return open_connector(
        parse_manifest(revision.manifest, base=revision.files),
        revision.files,
        endpoint=revision.endpoint,
        secrets=rooms.secrets,
        tokens=rooms.auth.department_tokens,
        clock=rooms.clock,
        transport=rooms.transport,
    )


class OpenConnectors:
    """``skipped``: why each connector of the last set that cannot be opened was left out."""

    def __init__(self, rooms: Rooms, in_force: InForce) -> None:
        self._rooms = rooms
        self._in_force = in_force
        self._open: dict[tuple[str, str, str | None], Connector] = {}
        self._retiring: dict[Connector, asyncio.Task[None]] = {}
        self.skipped: dict[str, str] = {}

    async def of(self, revisions: Iterable[Revision]) -> dict[str, Connector]:
        """By connector id: opens what is new (its content is read then), keeps what is unchanged."""
        found: dict[str, Connector] = {}
        for item in revisions:
            key = (item.connector_id, item.content_hash, item.endpoint)
            connector = self._open.get(key)
            if connector is None:
                whole = await self._rooms.registry.drafts.get(item.id)
                try:
                    connector = self._open[key] = await asyncio.to_thread(opened, self._rooms, whole)
                except Exception as error:  # one connector that cannot be opened must not keep the others out
                    self._skip(item, error)
                    continue
            found[item.connector_id] = connector
        return found

    def retire(self, kept: Iterable[Connector]) -> None:
        """Closes connectors that no generation uses any more."""
        keep = set(kept)
        for key in [key for key, connector in self._open.items() if connector not in keep]:
            connector = self._open.pop(key)
            self._retiring[connector] = asyncio.create_task(self._close_unused(connector))

    async def close(self) -> None:
        for retiring in self._retiring.values():
            retiring.cancel()
        for connector in (*self._open.values(), *self._retiring):
            await connector.close()

    async def _close_unused(self, connector: Connector) -> None:
        """Once the requests in flight must be over, and no subscription is left under a generation that has it."""
        await asyncio.sleep(self._rooms.settings.request_deadline_s)
        await self._in_force.until_free(lambda old: connector in old.snapshot.connectors.values())
        self._retiring.pop(connector)
        await connector.close()

    def _skip(self, item: Revision, error: Exception) -> None:
        self.skipped[item.connector_id] = str(error)
        unexpected = None if isinstance(error, (ManifestRejected, ValueError, KeyError)) else error
        log.error("connector skipped", connector=item.connector_id, problem=str(error), exc_info=unexpected)
