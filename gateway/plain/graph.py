"""From the files that the command line names to the one generation that a plain gateway serves."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from connectors.connector import Connector
from connectors.graphql_http.plain import PlainSubgraph, open_poster
from connectors.graphql_http.posting import Poster
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

    def poster(self, name: str, url: str) -> Poster:
        """Raises: PlainUnusable."""
        try:
            return open_poster(url, self.transport, self.clock, timeout_s=self.settings.request_deadline_s)
        except ValueError as error:
            raise PlainUnusable(f"subgraph {name}: {url!r} is no address to ask: {error}") from None


async def read_graph(options: PlainOptions, ground: Ground) -> Generation:
    """Raises: PlainUnusable, Objected."""
    connectors = open_manifests(
        options.connectors, secrets=ground.secrets, clock=ground.clock, transport=ground.transport
    )
    if options.supergraph is not None:
        supergraph = _read_supergraph(options.supergraph)
        if not connectors:
            return _generation(supergraph, _of_supergraph(supergraph, {}, ground), ())
        plain = _of_supergraph(supergraph, subgraph_sdls(supergraph.document), ground)
    else:
        listed = read_listing(options.subgraphs) if options.subgraphs is not None else ()
        plain = await asyncio.gather(*(_open(each, ground) for each in listed))
    together: list[Subgraph] = [*connectors, *plain]
    names = [subgraph.name for subgraph in together]
    for name in names:
        if names.count(name) > 1:
            raise PlainUnusable(f"a connector and a subgraph are both called {name!r}")
    composed = await asyncio.to_thread(_composed, {subgraph.name: subgraph.sdl for subgraph in together})
    return _generation(composed, together, connectors)


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
    return [
        PlainSubgraph(name, sdls.get(name, ""), ground.poster(name, url))
        for name, url in supergraph.urls.items()
    ]


async def _open(listed: Listed, ground: Ground) -> Subgraph:
    poster = ground.poster(listed.name, listed.url)
    sdl = listed.sdl if listed.sdl is not None else await service_sdl(listed.name, listed.url, poster)
    return PlainSubgraph(listed.name, sdl, poster)


def _composed(sdls: Mapping[str, str]) -> Supergraph:
    try:
        return compose(sdls)
    except CompositionFailed as failed:
        raise Objected(failed.objections) from None


def _generation(
    supergraph: Supergraph, subgraphs: Iterable[Subgraph], connectors: tuple[Connector, ...]
) -> Generation:
    try:
        snapshot = snapshot_of(0, connectors)
    except ValueError as error:
        raise PlainUnusable(str(error)) from None
    by_name = {subgraph.name: subgraph for subgraph in subgraphs}
    return Generation(0, supergraph, by_name, snapshot, needs_login=frozenset())
