"""From the files that the command line names to the generation that a plain gateway serves; again, when they change."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from connectors.graphql_http.plain import PlainSubgraph, open_poster
from connectors.graphql_http.posting import Poster
from connectors.manifest.model import Subscriptions
from connectors.ports import Secrets
from connectors.snapshot import snapshot_of
from connectors.transport import Transport
from federation import CompositionFailed, InvalidSupergraph, Supergraph, compose, load_supergraph
from federation.subgraph import Subgraph
from federation.supergraph_sdl.apart import subgraph_sdls
from gateway.generation import Generation
from gateway.plain.faults import Objected, PlainUnusable
from gateway.plain.listing import Listed, read_listing, read_text
from gateway.plain.manifests import open_manifests
from gateway.plain.options import PlainOptions
from gateway.plain.service_sdl import service_sdl
from tongban.clock import Clock
from tongban.settings import Settings


@dataclass(frozen=True, slots=True)
class Ground:
    """What backends are reached with."""

    settings: Settings
    transport: Transport
    secrets: Secrets
    clock: Clock
    _subgraphs: dict[tuple[str, str, str, Subscriptions | None], Subgraph] = field(default_factory=dict)

    def subgraph(self, name: str, url: str, sdl: str, subscriptions: Subscriptions | None = None) -> Subgraph:
        """The same one for the same words: what a subscription draws from stays what it is when the rest of the graph
        changes. Raises: PlainUnusable."""
        key = (name, url, sdl, subscriptions)
        if key not in self._subgraphs:
            self._subgraphs[key] = PlainSubgraph(name, sdl, self.poster(name, url), subscriptions)
        return self._subgraphs[key]

    def poster(self, name: str, url: str) -> Poster:
        """Raises: PlainUnusable."""
        try:
            return open_poster(url, self.transport, self.clock, timeout_s=self.settings.request_deadline_s)
        except ValueError as error:
            raise PlainUnusable(f"subgraph {name}: {url!r} is no address to ask: {error}") from None


class GraphFiles:
    """The files, and what stays open from one reading to the next."""

    def __init__(self, options: PlainOptions, ground: Ground) -> None:
        """Raises: PlainUnusable."""
        self._options = options
        self._ground = ground
        self._revision = 0
        self._connectors = open_manifests(
            options.connectors, secrets=ground.secrets, clock=ground.clock, transport=ground.transport
        )

    async def close(self) -> None:
        for connector in self._connectors:
            await connector.close()

    def stamp(self) -> tuple[int, ...] | None:
        """Another one when the supergraph's or the list's file is another; None while it cannot be looked at. Manifests are
        read once."""
        path = self._options.supergraph or self._options.subgraphs
        if path is None:
            return ()
        try:
            found = os.stat(path)
        except OSError:
            return None
        return (found.st_mtime_ns, found.st_size, found.st_ino)

    async def read(self) -> Generation:
        """Raises: PlainUnusable, Objected."""
        revision, self._revision = self._revision, self._revision + 1
        supergraph, subgraphs = await self._graph()
        try:
            snapshot = snapshot_of(revision, self._connectors)
        except ValueError as error:
            raise PlainUnusable(str(error)) from None
        by_name = {subgraph.name: subgraph for subgraph in subgraphs}
        return Generation(revision, supergraph, by_name, snapshot, needs_login=frozenset())

    async def _graph(self) -> tuple[Supergraph, Iterable[Subgraph]]:
        options, ground, connectors = self._options, self._ground, self._connectors
        if options.supergraph is not None:
            supergraph = await asyncio.to_thread(_read_supergraph, options.supergraph)
            if not connectors:
                return supergraph, _of_supergraph(supergraph, {}, ground)
            plain = _of_supergraph(supergraph, subgraph_sdls(supergraph.document), ground)
            urls = supergraph.urls
        else:
            listed = read_listing(options.subgraphs) if options.subgraphs is not None else ()
            urls = {each.name: each.url for each in listed}
            plain = await asyncio.gather(*(_open(each, ground) for each in listed))
        together: list[Subgraph] = [*connectors, *plain]
        names = [subgraph.name for subgraph in together]
        for name in names:
            if names.count(name) > 1:
                raise PlainUnusable(f"a connector and a subgraph are both called {name!r}")
        sdls = {subgraph.name: subgraph.sdl for subgraph in together}
        return await asyncio.to_thread(_composed, sdls, urls), together


def _read_supergraph(path: str) -> Supergraph:
    """Raises: PlainUnusable for what is none, or does not say where its subgraphs are."""
    try:
        supergraph = load_supergraph(read_text(path))
    except InvalidSupergraph as invalid:
        raise PlainUnusable(f"{path} is no supergraph: {invalid}") from None
    for name in supergraph.names:
        if not supergraph.urls.get(name):
            raise PlainUnusable(f"{path}: the subgraph {name} has no url in its @join__graph")
    return supergraph


def _of_supergraph(supergraph: Supergraph, sdls: Mapping[str, str], ground: Ground) -> list[Subgraph]:
    return [ground.subgraph(name, url, sdls.get(name, "")) for name, url in supergraph.urls.items()]


async def _open(listed: Listed, ground: Ground) -> Subgraph:
    sdl = listed.sdl
    if sdl is None:
        sdl = await service_sdl(listed.name, listed.url, ground.poster(listed.name, listed.url))
    return ground.subgraph(listed.name, listed.url, sdl, listed.subscriptions)


def _composed(sdls: Mapping[str, str], urls: Mapping[str, str]) -> Supergraph:
    try:
        return compose(sdls, urls)
    except CompositionFailed as failed:
        raise Objected(failed.objections) from None
