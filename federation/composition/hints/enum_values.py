"""INCONSISTENT_ENUM_VALUE_FOR_INPUT_ENUM, INCONSISTENT_ENUM_VALUE_FOR_OUTPUT_ENUM: a value that not everybody declares is
left out of what clients may send, and kept in what they may be sent."""

from __future__ import annotations

from collections.abc import Iterator

from federation.composition.draft import Draft
from federation.composition.hints.hint import here_not_there, hint
from federation.composition.objection import Objection
from federation.composition.source import Kind


def check(draft: Draft, name: str) -> Iterator[Objection]:
    declared = draft.types[name]
    if len(declared) == 1 or declared[0].type.kind is not Kind.ENUM:
        return
    sent = name in draft.inputs
    if sent and name in draft.outputs:
        return
    code = f"INCONSISTENT_ENUM_VALUE_FOR_{'INPUT' if sent else 'OUTPUT'}_ENUM"
    for value in dict.fromkeys(v for d in declared for v in d.type.values):
        having = [d for d in declared if value in d.type.values]
        if len(having) == len(declared) or (sent and value in draft.hidden_values(name)):
            continue
        names = [d.subgraph.name for d in having]
        missing = [d.subgraph.name for d in declared if value not in d.type.values]
        yield hint(
            code,
            (*names, *missing),
            having[0].type.values[value],
            f'"{name}.{value}" is {"left out of" if sent else "kept in"} the graph: '
            f"it is {here_not_there(names, missing)}.",
            "Declare the same values everywhere.",
        )
