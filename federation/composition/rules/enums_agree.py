"""ENUM_VALUE_MISMATCH: an enum used both ways has the same values everywhere."""

from __future__ import annotations

from collections.abc import Iterator

from federation.composition.draft import Draft
from federation.composition.objection import Objection, objection
from federation.composition.source import Kind


def check(draft: Draft, name: str) -> Iterator[Objection]:
    declared = draft.types[name]
    if declared[0].type.kind is not Kind.ENUM or name not in draft.inputs:
        return
    everywhere = set.intersection(*(set(d.type.values) for d in declared))
    anywhere = {v for d in declared for v in d.type.values}
    hidden = {v for d in declared for v in d.type.hidden_values}
    if name in draft.outputs and not anywhere - everywhere <= hidden:
        missing = "; ".join(
            f"{value} is missing in {', '.join(d.subgraph.name for d in declared if value not in d.type.values)}"
            for value in sorted(anywhere - everywhere - hidden)
        )
        yield objection(
            "ENUM_VALUE_MISMATCH",
            [d.subgraph.name for d in declared],
            declared[0].type.node,
            f'Enum "{name}" is used in arguments and answers, but {missing}.',
            "Declare the same values in every subgraph.",
        )
    elif not everywhere:
        yield objection(
            "EMPTY_MERGED_ENUM_TYPE",
            [d.subgraph.name for d in declared],
            declared[0].type.node,
            f'The declarations of enum "{name}" have no value in common.',
            "Declare the shared values in every subgraph.",
        )
