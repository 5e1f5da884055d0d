"""The generation in force, and how a change of the registry becomes the next one. The store is the truth (docs/adr/0002).

Must never: serve a half-made generation, or drop the running one because the next does not compose.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import structlog
from sqlalchemy.exc import SQLAlchemyError

from connectors.connector import Connector
from connectors.entries import ServiceEntry
from connectors.local import LocalSubgraph
from connectors.manifest.model import Words
from connectors.revisions import PublishedSet, Revision
from connectors.snapshot import Snapshot, snapshot_of
from federation import Composer, CompositionFailed, Supergraph
from federation.subgraph import Subgraph
from gateway.catalogue import CurrentCatalogue
from gateway.disabled import Disabled
from gateway.docking.stopping import stop
from gateway.documents import TrustedDocuments
from gateway.generation import Generation
from gateway.in_force import InForce
from gateway.opened import OpenConnectors
from gateway.rooms import Rooms
from gateway.stages.prepare import WARM_MOST, warm
from gateway.transactions import Transacted
from gateway.trial import Trial
from gateway.watching import watch
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
        self._one_at_a_time = asyncio.Lock()
        self._composer, self._composer_of_trials = Composer(), Composer()
        self.catalogue = CurrentCatalogue()
        platform = platform_schema(self.catalogue, rooms.matters)
        self._platform: Subgraph = LocalSubgraph(
            platform.name, platform.schema, platform.sdl, platform.entities
        )
        self.in_force = InForce()
        self._open = OpenConnectors(rooms, self.in_force)
        self._trials: tuple[Trial, ...] = ()
        self.status = Status()

    @property
    def now(self) -> Generation | None:
        return self.in_force.now

    @property
    def trials(self) -> tuple[Trial, ...]:
        return self._trials

    async def refresh(self) -> bool:
        """True if a new generation took over. A revision that makes none is looked at once."""
        async with self._one_at_a_time:
            return await self._refresh()

    async def _refresh(self) -> bool:
        if await self._rooms.registry.revision() == self.status.revision:
            return False
        published = await self._rooms.registry.current(content=False)
        self._open.skipped.clear()
        connectors = await self._open.of(published.items)
        notices = {item.connector_id: item.notice for item in published.items if item.notice is not None}
        try:
            generation = await self._compose(published.revision, connectors, notices, self._composer)
        except CompositionFailed as failed:
            return self._failed(published, "; ".join(o.message for o in failed.objections[:5]))
        except ValueError as error:  # two connectors claim the same
            return self._failed(published, str(error))
        trials = [
            trial for item in published.canaries if (trial := await self._trial(item, generation, notices))
        ]
        self.catalogue.show(generation.snapshot)
        self._trials = tuple(trials)
        self.in_force.take_over(generation, self._trials)
        self.status = Status(published.revision, "", dict(self._open.skipped))
        kept = [*connectors.values()]
        for trial in trials:
            kept.extend(trial.generation.snapshot.connectors.values())
        self._open.retire(kept)
        watch(kept)
        log.info("generation", revision=generation.revision, subgraphs=len(generation.subgraphs))
        return True

    async def watch(self, interval_s: float) -> None:
        """For ever: looks at the store every ``interval_s``, at once when the bus says so."""
        subscription = await self._rooms.bus.subscribe(TOPIC)
        async with subscription:
            while True:
                try:
                    await self._stop_worse()
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
        await self._open.close()

    def _failed(self, published: PublishedSet, problem: str) -> bool:
        self.status = Status(published.revision, problem, dict(self._open.skipped))
        log.error("generation not taken over", revision=published.revision, problem=problem)
        return False

    async def _stop_worse(self) -> None:
        """Tells the registry of trials that were found worse here."""
        for trial in self._trials:
            if trial.stopped:
                await stop(self._rooms.registry, self._rooms.audit, trial)

    async def _trial(
        self, item: Revision, stable: Generation, notices: Mapping[str, Words]
    ) -> Trial | None:  # fmt: skip
        """A canary that makes no generation is left alone, and named."""
        known = next((trial for trial in self._trials if trial.revision_id == item.id), None)
        opened = await self._open.of([item])
        if not opened:
            return None
        connectors = {**stable.snapshot.connectors, **opened}
        others = {name: notice for name, notice in notices.items() if name != item.connector_id}
        try:
            generation = await self._compose(stable.revision, connectors, others, self._composer_of_trials)
        except (CompositionFailed, ValueError) as error:
            self._open.skipped[f"{item.connector_id} {item.version} (canary)"] = str(error)
            log.error("canary not made", connector=item.connector_id, problem=str(error))
            return None
        trial = Trial(
            item.id,
            item.connector_id,
            item.version,
            item.department,
            self._rooms.settings.canary_percent,
            generation,
        )
        if known is not None:
            trial.stable, trial.canary, trial.stopped = known.stable, known.canary, known.stopped
        return trial

    async def _compose(
        self,
        revision: int,
        connectors: Mapping[str, Connector],
        notices: Mapping[str, Words],
        composer: Composer,
    ) -> Generation:
        """Raises: CompositionFailed; ValueError where two connectors claim the same."""
        snapshot = snapshot_of(revision, connectors.values())
        subgraphs: dict[str, Subgraph] = {self._platform.name: self._platform}
        mutations, rooms = _mutations(snapshot), self._rooms
        for name, connector in connectors.items():
            transacted = Transacted(connector, mutations, rooms.matters, rooms.audit)
            notice = notices.get(name)
            subgraphs[connector.name] = Disabled(transacted, notice) if notice is not None else transacted
        supergraph: Supergraph = await asyncio.to_thread(
            composer.compose,
            {name: subgraph.sdl for name, subgraph in subgraphs.items()},
            first=(self._platform.name,),
        )
        generation = Generation(revision, supergraph, subgraphs, snapshot)
        for known in await asyncio.to_thread(warm, generation, self._in_use(), rooms.settings):
            await rooms.operations.remember(known.signature, known.document, known.coordinates)
        return generation

    def _in_use(self) -> Sequence[tuple[str, str | None]]:
        """Trusted documents, then what the running generation was asked last: recorded documents have lost
        their literals, no request would find their plans."""
        trusted: Iterable[tuple[str, str | None]] = ((text, None) for text in self._documents.texts())
        asked = self.now.operations.latest(WARM_MOST) if self.now is not None else []
        return [*trusted, *asked]


def _mutations(snapshot: Snapshot) -> Mapping[str, ServiceEntry]:
    """Mutation root field → service entry."""
    return {
        coordinate.removeprefix("Mutation."): snapshot.services[service]
        for coordinate, service in snapshot.by_coordinate.items()
        if coordinate.startswith("Mutation.")
    }
