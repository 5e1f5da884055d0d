"""INCONSISTENT_UNION_MEMBER: not everybody knows every member of a union."""

from __future__ import annotations

from collections.abc import Iterator

from federation.composition.draft import Draft
from federation.composition.hints.hint import here_not_there, hint
from federation.composition.objection import Objection
from federation.composition.source import Kind


def check(draft: Draft, name: str) -> Iterator[Objection]:
    declared = draft.types[name]
    if len(declared) == 1 or declared[0].type.kind is not Kind.UNION:
        return
    for member in dict.fromkeys(m for d in declared for m in d.type.members):
        having = [d for d in declared if member in d.type.members]
        if len(having) == len(declared):
            continue
        names = [d.subgraph.name for d in having]
        missing = [d.subgraph.name for d in declared if member not in d.type.members]
        yield hint(
            "INCONSISTENT_UNION_MEMBER",
            (*names, *missing),
            having[0].type.node,
            f'"{member}" is a member of union "{name}" {here_not_there(names, missing)}.',
            "Declare the same members everywhere.",
        )
