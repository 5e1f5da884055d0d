"""INCONSISTENT_INPUT_OBJECT_FIELD: an optional field of an input that not everybody knows is not in the graph."""

from __future__ import annotations

from collections.abc import Iterator

from federation.composition.draft import Draft, is_required
from federation.composition.hints.given_inputs import input_fields
from federation.composition.hints.hint import here_not_there, hint
from federation.composition.objection import Objection


def check(draft: Draft, name: str) -> Iterator[Objection]:
    for each in input_fields(draft, name):
        if each.missing and not any(is_required(given) for _, given in each.declared):
            having = [subgraph for subgraph, _ in each.declared]
            yield hint(
                "INCONSISTENT_INPUT_OBJECT_FIELD",
                (*having, *each.missing),
                each.declared[0][1].node,
                f'"{each.at}" is left out of the graph: it is {here_not_there(having, each.missing)}.',
                f'Add it in every subgraph that declares "{name}", or remove it.',
            )
