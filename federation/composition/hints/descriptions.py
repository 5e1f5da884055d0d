"""INCONSISTENT_DESCRIPTION: subgraphs describe one thing in different words; the first of them has its way."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import Node, StringValueNode

from federation.composition.draft import Draft
from federation.composition.hints.elements import shared_members
from federation.composition.hints.hint import hint
from federation.composition.objection import Objection

Described = list[tuple[str, Node, StringValueNode | None]]


def check(draft: Draft, name: str) -> Iterator[Objection]:
    declared = draft.types[name]
    if len(declared) == 1:
        return
    yield from _differing(name, [(d.subgraph.name, d.type.node, d.type.description) for d in declared])
    for at, nodes in shared_members(draft, name):
        yield from _differing(at, [(subgraph, node, node.description) for subgraph, node in nodes])


def _differing(at: str, described: Described) -> Iterator[Objection]:
    said = [(s, n, text.value.strip()) for s, n, text in described if text and text.value.strip()]
    others = [each for each in said if each[2] != said[0][2]]
    if others:
        names = dict.fromkeys(subgraph for subgraph, _, _ in others)
        yield hint(
            "INCONSISTENT_DESCRIPTION",
            (*names, said[0][0]),
            others[0][1],
            f'"{at}" is described by {", ".join(names)} otherwise than by {said[0][0]}, whose words the graph has.',
            "Describe it alike, or in one subgraph only.",
        )
