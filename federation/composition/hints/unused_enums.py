"""UNUSED_ENUM_TYPE: no field gives the enum, and no argument takes it."""

from __future__ import annotations

from collections.abc import Iterator

from federation.composition.draft import Draft
from federation.composition.hints.hint import hint
from federation.composition.objection import Objection
from federation.composition.source import Kind


def check(draft: Draft, name: str) -> Iterator[Objection]:
    declared = draft.types[name]
    unused = name not in draft.inputs and name not in draft.outputs
    if unused and declared[0].type.kind is Kind.ENUM:
        yield hint(
            "UNUSED_ENUM_TYPE",
            [d.subgraph.name for d in declared],
            declared[0].type.node,
            f'Enum "{name}" is used nowhere; the graph has it with all values that any subgraph declares.',
            "Use it, or remove it.",
        )
