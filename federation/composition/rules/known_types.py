"""INVALID_GRAPHQL: whatever a subgraph refers to, it defines."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import Node

from federation.composition.draft import BUILT_IN, named
from federation.composition.objection import Objection, objection
from federation.composition.source import SubgraphSource, TypeSource


def check(source: SubgraphSource) -> Iterator[Objection]:
    for declared in source.types.values():
        for name, node in _referred(declared):
            if name not in source.types and name not in BUILT_IN:
                yield objection(
                    "INVALID_GRAPHQL",
                    (source.name,),
                    node,
                    f'"{declared.name}" refers to "{name}", which {source.name} does not define.',
                    f'Define "{name}" in {source.name}, or a stub of it with its key.',
                )


def _referred(declared: TypeSource) -> Iterator[tuple[str, Node]]:
    for child in declared.fields.values():
        yield named(child.type), child.node
        for given in child.arguments.values():
            yield named(given.type), given.node
    for given in declared.inputs.values():
        yield named(given.type), given.node
    for name in (*declared.members, *declared.interfaces):
        yield name, declared.node
