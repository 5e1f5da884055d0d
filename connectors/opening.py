"""From a manifest and its description files to an opened connector. The kinds of backend are an explicit table."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from connectors import graphql_http, openapi, soap
from connectors.backend import Backend
from connectors.connector import Connector, matter_states
from connectors.manifest import Manifest
from connectors.mapping import map_subgraph
from connectors.ports import Secrets, TokenExchange
from connectors.quality import DataQuality
from connectors.transport import Transport
from tongban.clock import Clock

OpenBackend = Callable[..., Backend]

BACKENDS: Mapping[str, OpenBackend] = {
    "rest": openapi.open_backend,
    "soap": soap.open_backend,
}
"""Kinds whose whole subgraph is mapped. GraphQL backends bring a graph of their own: ``graphql_http.open_connector_parts``."""


def open_connector(
    manifest: Manifest,
    files: Mapping[str, bytes],
    *,
    endpoint: str | None,
    secrets: Secrets,
    tokens: TokenExchange,
    clock: Clock,
    transport: Transport,
    quality: DataQuality | None = None,
) -> Connector:
    """``endpoint`` overrides the manifest's. Nothing is sent by opening.

    Raises: ManifestRejected.
    """
    quality = quality if quality is not None else DataQuality()
    if manifest.backend.kind == "graphql":
        return graphql_http.open_connector_parts(
            manifest,
            files,
            endpoint=endpoint,
            secrets=secrets,
            tokens=tokens,
            clock=clock,
            transport=transport,
            quality=quality,
        )
    backend = BACKENDS[manifest.backend.kind](
        manifest,
        files,
        endpoint=endpoint,
        secrets=secrets,
        tokens=tokens,
        clock=clock,
        transport=transport,
    )
    mapped = map_subgraph(manifest, backend, clock=clock, quality=quality)
    return Connector(
        manifest,
        mapped,
        findings=mapped.findings,
        quality=quality,
        matter_states=matter_states(manifest, backend, clock),
        close=backend.close,
    )
