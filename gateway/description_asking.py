"""From an address to a description: the file that stands there, or what a GraphQL server tells of itself when asked."""

from __future__ import annotations

from connectors.proposing.describing import is_described
from connectors.proposing.introspection import SCHEMA_QUERY, SERVICE_QUERY, sdl_of, service_sdl_of
from connectors.proposing.refusing import Undescribed
from gateway.description_fetching import Fetching, NotFetched, gather, origin_of, plain_address
from gateway.description_source import Described

_SDL = "schema.graphql"


async def fetch_description(url: str, egress_allow: tuple[str, ...]) -> Described:
    """A description at ``url`` with what belongs to it; of a GraphQL endpoint its SDL: a subgraph's own, else by introspection.

    Raises: ValueError with a sentence.
    """
    async with Fetching(egress_allow) as fetching:
        try:
            origin_of(url)
            content, problem = await fetching.get(url), None
        except ValueError as error:
            content, problem = b"", error
        if is_described(content):
            return await gather(fetching, url, content)
        answered = problem is None or (isinstance(problem, NotFetched) and problem.status in range(400, 600))
        sdl = await _asked(fetching, url) if answered else None
        if sdl is not None:
            return Described({_SDL: sdl}, _SDL, (), plain_address(url).partition("?")[0])
        if problem is not None:
            said = "; GraphQL's introspection is not answered either" if answered else ""
            raise ValueError(f"could not fetch the description: {problem}{said}")
        return await gather(fetching, url, content)


async def _asked(fetching: Fetching, url: str) -> bytes | None:
    try:
        sdl = service_sdl_of(await fetching.post_json(url, SERVICE_QUERY))
        return sdl or sdl_of(await fetching.post_json(url, SCHEMA_QUERY), _SDL)
    except (NotFetched, Undescribed):
        return None
