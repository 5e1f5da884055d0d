"""What a subgraph says of each of its types, as a digest: where two are equal, so is all that a rule of a type or its merging
may look at in this subgraph, but for where it stands in the SDL."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable

from graphql import Node, SchemaDefinitionNode, SchemaExtensionNode

from federation.composition.source import SubgraphSource, TypeSource


def digests(source: SubgraphSource) -> dict[str, bytes]:
    """By type, of an upgraded source."""
    said_of_all = (
        source.version,
        _texts(
            node
            for node in source.document.definitions
            if isinstance(node, SchemaDefinitionNode | SchemaExtensionNode)
        ),
    )
    used, provided = _by_type(source.used), _by_type(source.provided)
    return {
        name: _digest(said_of_all, _texts(declared.nodes), _upgraded(declared), used[name], provided[name])
        for name, declared in source.types.items()
    }


def _digest(*said: object) -> bytes:
    return hashlib.sha256(repr(said).encode()).digest()


def _texts(nodes: Iterable[Node]) -> list[str]:
    located = (node.loc for node in nodes)
    return [loc.source.body[loc.start : loc.end] for loc in located if loc is not None]


def _upgraded(declared: TypeSource) -> object:
    """What upgrading may have changed, also because of what other types say."""
    fields = [
        (child.name, child.external, child.shareable, child.requires is None, child.provides is None)
        for child in declared.fields.values()
    ]
    return len(declared.keys), fields


def _by_type(coordinates: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for name, child in sorted(coordinates):
        found[name].append(child)
    return found
