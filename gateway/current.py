"""The generation in force, and how a change of the registry becomes the next one. The store is the truth (docs/adr/0002).

Must never: serve a half-made generation, or drop the running one because the next does not compose.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog
from sqlalchemy.exc import SQLAlchemyError

from connectors.connector import Connector
from connectors.entries import ServiceEntry
from connectors.local import LocalSubgraph
from connectors.manifest import ManifestRejected, parse_manifest
from connectors.opening import open_connector
from connectors.revisions import Revision
from connectors.snapshot import Snapshot, snapshot_of
from federation import Composer, CompositionFailed, Supergraph
from federation.subgraph import Subgraph
from gateway.catalogue import CurrentCatalogue
from gateway.documents import TrustedDocuments
from gateway.generation import Generation
from gateway.in_force import InForce
from gateway.rooms import Rooms
from gateway.stages.prepare import warm
from gateway.transactions import Transacted
from schema.platform import platform_schema

log = structlog.get_logger("tongban.generation")
TOPIC = "registry"


@dataclass(slots=True)
class Status:
    """What ``/readyz?verbose`` tells of the graph. ``problem`` is of the newest revision that did not become a generation."""

    revision: int = -1
    problem: str = ""
    skipped: dict[str, str] = field(default_factory=dict)


class CurrentGeneration:
    """Holds the generation in force; ``refresh`` makes the next one when the registry's revision has grown."""

    def __init__(self, rooms: Rooms, documents: TrustedDocuments | None = None) -> None:
        """``documents`` are planned for each generation before it takes over."""
        self._rooms = rooms
        self._documents = documents or TrustedDocuments()
        self._open: dict[tuple[str, str, str | None], Connector] = {}
        self._one_at_a_time = asyncio.Lock()
        self._composer = Composer()
        self._retiring: dict[Connector, asyncio.Task[None]] = {}
        self.catalogue = CurrentCatalogue()
        platform = platform_schema(self.catalogue, rooms.matters)
        self._platform: Subgraph = LocalSubgraph(
            platform.name, platform.schema, platform.sdl, platform.entities
        )
        self.in_force = InForce()
        self.status = Status()

    @property
    def now(self) -> Generation | None:
        return self.in_force.now

    async def refresh(self) -> bool:
        """True if a new generation took over."""
        async with self._one_at_a_time:
            return await self._refresh()

    async def _refresh(self) -> bool:
        revision = await self._rooms.registry.revision()
        if self.now is not None and revision == self.status.revision:
            return False
        published = await self._rooms.registry.current()
        connectors = await self._connectors(published.items)
        try:
            generation = await self._compose(published.revision, connectors)
        except CompositionFailed as failed:
            self.status.revision = published.revision
            self.status.problem = "; ".join(objection.message for objection in failed.objections[:5])
            log.error("generation not taken over", revision=published.revision, problem=self.status.problem)
            return False
        self.catalogue.show(generation.snapshot)
        self.in_force.take_over(generation)
        self.status.revision, self.status.problem = published.revision, ""
        self._retire(connectors)
        log.info("generation", revision=generation.revision, subgraphs=len(generation.subgraphs))
        return True

    async def watch(self, interval_s: float) -> None:
        """For ever: looks at the store every ``interval_s``, at once when the bus says so."""
        subscription = await self._rooms.bus.subscribe(TOPIC)
        async with subscription:
            while True:
                try:
                    await self.refresh()
                except (SQLAlchemyError, OSError) as error:  # the store may be away; what runs goes on
                    log.warning("store not read", error=type(error).__name__)
                except Exception as error:
                    log.error("generation not made", exc_info=error)
                try:
                    await asyncio.wait_for(anext(subscription), interval_s)
                except TimeoutError:
                    continue

    def connector_of(self, department: str, service: str) -> Connector | None:
        """The connector that a service belongs to."""
        entry = self.now.snapshot.services.get(service) if self.now is not None else None
        if entry is None or entry.department != department or self.now is None:
            return None
        return self.now.snapshot.connectors.get(entry.connector)

    async def close(self) -> None:
        for retiring in self._retiring.values():
            retiring.cancel()
        for connector in (*self._open.values(), *self._retiring):
            await connector.close()

    async def _connectors(self, items: tuple[Revision, ...]) -> list[Connector]:
        """Opens what is new; keeps what is unchanged. One that cannot be opened is skipped and named."""
        found: list[Connector] = []
        self.status.skipped.clear()
        for item in items:
            key = (item.connector_id, item.content_hash, item.endpoint)
            connector = self._open.get(key)
            if connector is None:
                try:
                    connector = self._open[key] = await asyncio.to_thread(self._opened, item)
                except Exception as error:  # one connector that cannot be opened must not keep the others out
                    self.status.skipped[item.connector_id] = str(error)
                    unexpected = (
                        None if isinstance(error, (ManifestRejected, ValueError, KeyError)) else error
                    )
                    log.error(
                        "connector skipped",
                        connector=item.connector_id,
                        problem=str(error),
                        exc_info=unexpected,
                    )
                    continue
            found.append(connector)
        return found

    def _opened(self, item: Revision) -> Connector:
        rooms = self._rooms
        manifest = parse_manifest(item.manifest, base=item.files)
        return open_connector(
            manifest,
            item.files,
            endpoint=item.endpoint,
            secrets=rooms.secrets,
            tokens=rooms.auth.department_tokens,
            clock=rooms.clock,
            transport=rooms.transport,
        )

    async def _compose(self, revision: int, connectors: list[Connector]) -> Generation:
        snapshot = snapshot_of(revision, connectors)
        subgraphs: dict[str, Subgraph] = {self._platform.name: self._platform}
        mutations, rooms = _mutations(snapshot), self._rooms
        for connector in connectors:
            subgraphs[connector.name] = Transacted(connector, mutations, rooms.matters, rooms.audit)
        supergraph: Supergraph = await asyncio.to_thread(
            self._composer.compose,
            {name: subgraph.sdl for name, subgraph in subgraphs.items()},
            first=(self._platform.name,),
        )
        generation = Generation(revision, supergraph, subgraphs, snapshot)
        for known in await asyncio.to_thread(warm, generation, self._documents.texts(), rooms.settings):
            await rooms.operations.remember(known.signature, known.document, known.coordinates)
        return generation

    def _retire(self, kept: list[Connector]) -> None:
        """Closes connectors that no generation uses any more."""
        for key in [key for key, connector in self._open.items() if connector not in kept]:
            connector = self._open.pop(key)
            self._retiring[connector] = asyncio.create_task(self._close_unused(connector))

    async def _close_unused(self, connector: Connector) -> None:
        """Once the requests in flight must be over, and no subscription is left under a generation that has it."""
        await asyncio.sleep(self._rooms.settings.request_deadline_s)
        await self.in_force.until_free(lambda old: connector in old.snapshot.connectors.values())
        self._retiring.pop(connector)
        await connector.close()


def _mutations(snapshot: Snapshot) -> Mapping[str, ServiceEntry]:
    """Mutation root field → service entry."""
    return {
        coordinate.removeprefix("Mutation."): snapshot.services[service]
        for coordinate, service in snapshot.by_coordinate.items()
        if coordinate.startswith("Mutation.")
    }
