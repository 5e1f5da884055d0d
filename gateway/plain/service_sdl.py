"""Asking a subgraph for its own schema: ``{ _service { sdl } }`` (Federation's subgraph specification)."""

from __future__ import annotations

from connectors.backend import BackendUnreachable, BackendUnusable
from connectors.graphql_http.posting import Poster, opening
from federation.subgraph import FetchContext
from gateway.plain.faults import PlainUnusable

_START = opening("{ _service { sdl } }")


async def service_sdl(name: str, url: str, poster: Poster) -> str:
    """Raises: PlainUnusable."""
    try:
        answer = await poster.post(_START, {}, FetchContext(), repeatable=True)
    except BackendUnreachable as error:
        status = f", status {error.status}" if isinstance(error, BackendUnusable) else ""
        raise PlainUnusable(
            f"subgraph {name} at {url} did not tell its schema: {error}{status}; "
            'start it first, or give its schema under "sdl"'
        ) from None
    service = answer.data.get("_service") if isinstance(answer.data, dict) else None
    sdl = service.get("sdl") if isinstance(service, dict) else None
    if not isinstance(sdl, str):
        raise PlainUnusable(
            f"subgraph {name} at {url} does not answer {{ _service {{ sdl }} }} (status {answer.status}); "
            'give its schema under "sdl"'
        )
    return sdl
