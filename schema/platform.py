"""The platform as a subgraph: one schema, its SDL, and how its entities are found by key.

Must never: give an entity that the caller may not see. It is given as unknown (null), so that asking tells
nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

import graphene
from graphql import GraphQLSchema

from federation.subgraph import FetchContext, Representation
from schema.asking import people_of
from schema.catalogue import Catalogue, CurrentIndex
from schema.federation_sdl import federation_sdl
from schema.matter_log import MatterLog
from schema.mutation import mutation_type
from schema.query import query_type
from schema.sources import CitizenSource, MatterSource, Ports, citizen_source

NAME = "platform"

EntityResolver = Callable[[Sequence[Representation], FetchContext], Awaitable[Sequence[object | None]]]
"""Source values aligned with the representations, None where unknown."""


@dataclass(frozen=True, slots=True)
class PlatformSchema:
    """What ``connectors.local`` makes a subgraph of."""

    schema: GraphQLSchema
    sdl: str
    entities: Mapping[str, EntityResolver]
    name: str = NAME


def platform_schema(catalogue: Catalogue, matters: MatterLog) -> PlatformSchema:
    """The platform's part of the graph over a catalogue (read anew at each request) and a matter log."""
    ports = Ports(CurrentIndex(catalogue), matters)
    schema = graphene.Schema(query=query_type(ports), mutation=mutation_type(ports)).graphql_schema
    assert isinstance(schema, GraphQLSchema)

    async def citizens(
        representations: Sequence[Representation], context: FetchContext
    ) -> list[CitizenSource | None]:
        known = {person.cid: person for person in people_of(context.caller)}
        found = (known.get(str(each.get("cid"))) for each in representations)
        return [None if person is None else citizen_source(context.caller, person, ports) for person in found]

    async def matters_by_id(
        representations: Sequence[Representation], context: FetchContext
    ) -> list[MatterSource | None]:
        ids = [str(each.get("id")) for each in representations]
        records = await matters.get_many(set(ids))
        seen = {key: each for key, each in records.items() if each.visible_to(context.caller)}
        return [MatterSource(seen[each], ports) if each in seen else None for each in ids]

    return PlatformSchema(schema, federation_sdl(schema), {"Citizen": citizens, "Matter": matters_by_id})
