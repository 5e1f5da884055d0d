"""GraphQL backends over HTTP: passed through, mapped, or both in one subgraph."""

from connectors.graphql_http.combined import Combined, merged_sdl
from connectors.graphql_http.definitions import SdlRefused
from connectors.graphql_http.exposing import Exposed, expose
from connectors.graphql_http.mapped_backend import GraphqlBackend
from connectors.graphql_http.passing import PassedThrough, open_passing

__all__ = [
    "Combined",
    "Exposed",
    "GraphqlBackend",
    "PassedThrough",
    "SdlRefused",
    "expose",
    "merged_sdl",
    "open_passing",
]
