"""INCONSISTENT_NON_REPEATABLE_DIRECTIVE_ARGUMENTS: ``@deprecated`` or ``@specifiedBy`` says one thing here and another
there; the first of them has its way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from graphql import ConstDirectiveNode, Node, print_ast

from federation.composition.draft import Draft
from federation.composition.hints.elements import shared_members
from federation.composition.hints.hint import hint
from federation.composition.objection import Objection

Applied = Sequence[tuple[str, Node, ConstDirectiveNode]]


def check(draft: Draft, name: str) -> Iterator[Objection]:
    specified = [(d.subgraph.name, d.type.node, d.type.specified_by) for d in draft.types[name]]
    yield from _differing(name, [(s, node, applied) for s, node, applied in specified if applied])
    for at, nodes in shared_members(draft, name):
        deprecated = [
            (subgraph, node, applied)
            for subgraph, node in nodes
            for applied in node.directives or ()
            if applied.name.value == "deprecated"
        ]
        yield from _differing(at, deprecated)


def _differing(at: str, applied: Applied) -> Iterator[Objection]:
    said = [print_ast(directive) for _, _, directive in applied] if len(applied) > 1 else []
    others = [each for each, text in zip(applied, said, strict=False) if text != said[0]]
    if others:
        names = dict.fromkeys(subgraph for subgraph, _, _ in others)
        yield hint(
            "INCONSISTENT_NON_REPEATABLE_DIRECTIVE_ARGUMENTS",
            (*names, applied[0][0]),
            others[0][1],
            f'"{at}" has {said[0]} in the graph, as {applied[0][0]} says; {", ".join(names)} says otherwise.',
            "Write the same arguments everywhere.",
        )
