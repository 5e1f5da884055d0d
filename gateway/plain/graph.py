"""From the files that the command line names to the one generation that a plain gateway serves."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from connectors.connector import Connector
from connectors.graphql_http.plain import PlainSubgraph, open_poster
from connectors.graphql_http.posting import Poster
from connectors.ports import Secrets
from connectors.snapshot import snapshot_of
from connectors.transport import Transport
from federation import CompositionFailed, InvalidSupergraph, Supergraph, compose, load_supergraph
from federation.subgraph import Subgraph
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
    subgraphs: dict[str, Subgraph] = {connector.name: connector for connector in connectors}
    if options.supergraph is not None:
        if connectors:
            raise PlainUnusable(_NOT_ALREADY_COMPOSED)
        supergraph, plain = _of_supergraph(options.supergraph, ground)
        return _generation(supergraph, plain, connectors)
    listed = read_listing(options.subgraphs) if options.subgraphs is not None else ()
    for subgraph in await asyncio.gather(*(_open(each, ground) for each in listed)):
        if subgraphs.setdefault(subgraph.name, subgraph) is not subgraph:
            raise PlainUnusable(f"a connector and a subgraph are both called {subgraph.name!r}")
    supergraph = await asyncio.to_thread(_composed, {name: each.sdl for name, each in subgraphs.items()})
    return _generation(supergraph, subgraphs, connectors)


_NOT_ALREADY_COMPOSED = (
    "a supergraph is composed already, so --connector adds nothing to it; "
    "give its subgraphs with --subgraphs instead, and they are composed together"
)


def _of_supergraph(path: str, ground: Ground) -> tuple[Supergraph, Mapping[str, Subgraph]]:
    """Subgraphs at the addresses that the SDL names."""
    try:
        supergraph = load_supergraph(read_text(path))
    except InvalidSupergraph as invalid:
        raise PlainUnusable(f"{path} is no supergraph: {invalid}") from None
    for name in supergraph.names:
        if not supergraph.urls.get(name):
            raise PlainUnusable(f"{path}: the subgraph {name} has no url in its @join__graph")
    return supergraph, {
        name: PlainSubgraph(name, "", ground.poster(name, url)) for name, url in supergraph.urls.items()
    }


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
    supergraph: Supergraph, subgraphs: Mapping[str, Subgraph], connectors: tuple[Connector, ...]
) -> Generation:
    try:
        snapshot = snapshot_of(0, connectors)
    except ValueError as error:
        raise PlainUnusable(str(error)) from None
    return Generation(0, supergraph, subgraphs, snapshot, needs_login=frozenset())
