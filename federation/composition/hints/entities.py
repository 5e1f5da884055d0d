"""INCONSISTENT_ENTITY: a type has a key here and none there."""

from __future__ import annotations

from collections.abc import Iterator

from federation.composition.draft import Draft
from federation.composition.hints.hint import here_not_there, hint
from federation.composition.objection import Objection
from federation.composition.source import Kind


def check(draft: Draft, name: str) -> Iterator[Objection]:
    declared = draft.types[name]
    if len(declared) == 1 or any(d.type.kind is not Kind.OBJECT for d in declared):
        return
    without = [d for d in declared if not d.type.keys]
    if not without or len(without) == len(declared):
        return
    having = [d.subgraph.name for d in declared if d.type.keys]
    names = [d.subgraph.name for d in without]
    yield hint(
        "INCONSISTENT_ENTITY",
        (*names, *having),
        without[0].type.node,
        f'"{name}" has a @key {here_not_there(having, names)}.',
        f"Give it a @key in {', '.join(names)} too (resolvable: false, where it cannot be entered there).",
    )
