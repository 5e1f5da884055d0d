"""A platform in small beside one connector: ``me``, and a root field for each of its entities, by key.

``property(parcelNumber: …)`` gives the Property that the connector's fields hang on. Fields that the connector only
requires of others have a synthetic value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLResolveInfo,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    StringValueNode,
    build_schema,
    print_ast,
)

from connectors.judging.sdl import document_of
from connectors.local import LocalSubgraph
from connectors.manifest import Finding, Manifest
from federation import CompositionFailed
from federation.subgraph import FetchContext, Representation

NAME = "judging_stub"
CID = "990101199001010028"
"""The synthetic citizen's number: no such division, valid checksum or not."""

_BUILT_IN = ("String", "ID", "Int", "Float", "Boolean")
_SYNTHETIC: Mapping[str, Any] = {"Int": 1, "Float": 1.5, "Boolean": True}
_ROOTS = ("Query", "Mutation", "Subscription")
_LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", '
    'import: ["@key", "@inaccessible", "@shareable"])\n'
)


@dataclass
class _Entity:
    """``keys`` and ``external``: field → type as written."""

    name: str
    keys: dict[str, str] = field(default_factory=dict)
    external: dict[str, str] = field(default_factory=dict)

    @property
    def root(self) -> str:
        return self.name[:1].lower() + self.name[1:]

    def synthetic(self) -> dict[str, Any]:
        return {name: _SYNTHETIC.get(text.strip("!"), "judging") for name, text in self.external.items()}


def stub_for(sdl: str) -> LocalSubgraph:
    """``sdl``: the connector's."""
    roots, entities = _read(sdl)
    citizen = entities.pop("Citizen", _Entity("Citizen"))
    citizen.keys = {"cid": "ID!"}
    offered = [entity for entity in entities.values() if entity.root not in roots]
    query = [] if "me" in roots else ["me: Citizen"]
    query += [f"{e.root}({_fields(e.keys, ', ')}): {e.name}" for e in offered]
    query = query or ["judgingStub: Boolean"]
    types = [f"type Query {{ {' '.join(query)} }}"]
    for entity in (citizen, *offered):
        key = f' @key(fields: "{" ".join(entity.keys)}")'
        types.append(f"type {entity.name}{key} {{ {_fields({**entity.keys, **entity.external}, ' ')} }}")
    scalars = sorted(_custom((citizen, *offered)))
    text = "\n".join([*(f"scalar {name}" for name in scalars), *types])
    plain = "directive @key(fields: String!) repeatable on OBJECT\n" + text
    schema = build_schema(plain, assume_valid=True)
    assert schema.query_type is not None
    for entity in offered:
        schema.query_type.fields[entity.root].resolve = _giver(entity)
    if "me" in schema.query_type.fields:
        schema.query_type.fields["me"].resolve = lambda _source, _info: {"cid": CID, **citizen.synthetic()}
    resolvers = {entity.name: _by_key(entity) for entity in (citizen, *offered)}
    return LocalSubgraph(NAME, schema, _LINK + text, resolvers)


def not_alone(manifest: Manifest, failed: CompositionFailed) -> tuple[Finding, ...]:
    """Why a connector does not even compose with the stub."""
    fix = "make it compose by itself first"
    return tuple(
        Finding("contract.graph", "error", manifest.file, 1, 1, each.message, each.fix or fix)
        for each in failed.objections[:10]
    )


def _read(sdl: str) -> tuple[set[str], dict[str, _Entity]]:
    """The connector's root fields, and its entities with flat keys of plain types."""
    roots: set[str] = set()
    entities: dict[str, _Entity] = {}
    for node in document_of(sdl).definitions:
        if not isinstance(node, ObjectTypeDefinitionNode | ObjectTypeExtensionNode):
            continue
        name = node.name.value
        if name in _ROOTS:
            roots |= {each.name.value for each in node.fields}
            continue
        keys = _key(node)
        types = {each.name.value: print_ast(each.type) for each in node.fields}
        if not keys or any(key not in types or types[key].startswith("[") for key in keys):
            continue
        external = {
            each.name.value: types[each.name.value]
            for each in node.fields
            if any(directive.name.value == "external" for directive in each.directives)
        }
        plain = {each: text for each, text in external.items() if text.strip("!") in _BUILT_IN}
        entities[name] = _Entity(name, {key: types[key] for key in keys}, plain)
    return roots, entities


def _key(node: ObjectTypeDefinitionNode | ObjectTypeExtensionNode) -> list[str]:
    """The fields of the first key that can be asked by; empty for a nested one, or where the type is only referred to."""
    for directive in node.directives:
        if directive.name.value != "key":
            continue
        given = {argument.name.value: argument.value for argument in directive.arguments}
        fields, resolvable = given.get("fields"), given.get("resolvable")
        text = fields.value if isinstance(fields, StringValueNode) else "{"
        if "{" not in text and getattr(resolvable, "value", True) is not False:
            return text.split()
    return []


def _custom(entities: Sequence[_Entity]) -> set[str]:
    used = {
        text.strip("!") for entity in entities for text in (*entity.keys.values(), *entity.external.values())
    }
    return used - set(_BUILT_IN)


def _fields(fields: Mapping[str, str], between: str) -> str:
    return between.join(f"{name}: {text}" for name, text in fields.items())


def _giver(entity: _Entity) -> Any:
    def give(_source: object, _info: GraphQLResolveInfo, **keys: Any) -> dict[str, Any]:
        return {**entity.synthetic(), **keys}

    return give


def _by_key(entity: _Entity) -> Any:
    async def found(
        representations: Sequence[Representation], _context: FetchContext
    ) -> list[dict[str, Any]]:
        return [{**entity.synthetic(), **each} for each in representations]

    return found
