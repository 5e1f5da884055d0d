"""The assurance level that manifests demand of single fields.

Must never: be got around by asking for a field by an interface of its type, or the other way round.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema

from connectors.manifest.model import Manifest


def level_said(coordinate: str, manifests: Iterable[Manifest], schema: GraphQLSchema) -> int:
    """The strictest word of all manifests on ``Type.field``; 0 where none says anything."""
    owner, _, name = coordinate.partition(".")
    owners = {owner, *_related(owner, schema)}
    return max(
        (level for manifest in manifests for each in owners for level in _said(manifest, each, name)),
        default=0,
    )


def _said(manifest: Manifest, owner: str, name: str) -> Iterator[int]:
    declared, entity = manifest.types.get(owner), manifest.entities.get(owner)
    places = [
        manifest.query if owner == "Query" else {},
        manifest.mutation if owner == "Mutation" else {},
        {} if declared is None else declared.fields,
        {} if entity is None else entity.fields,
    ]
    for fields in places:
        if name in fields:
            yield fields[name].assurance or 0
    override = manifest.overrides.get(f"{owner}.{name}")
    if override is not None:
        yield override.assurance or 0


def _related(owner: str, schema: GraphQLSchema) -> Iterator[str]:
    """The types of an interface, the interfaces of a type."""
    found = schema.get_type(owner)
    if isinstance(found, GraphQLInterfaceType):
        known = schema.get_implementations(found)
        yield from (each.name for each in (*known.objects, *known.interfaces))
    if isinstance(found, GraphQLInterfaceType | GraphQLObjectType):
        yield from (each.name for each in found.interfaces)
