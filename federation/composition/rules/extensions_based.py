"""EXTENSION_WITH_NO_BASE: in Federation 1 a type that is extended is defined somewhere."""

from __future__ import annotations

from collections.abc import Iterator

from federation.composition.draft import ROOTS, Draft
from federation.composition.objection import Objection, objection


def check(draft: Draft, name: str) -> Iterator[Objection]:
    declared = draft.types[name]
    if name in ROOTS or any(d.subgraph.version > 1 or not d.type.extends for d in declared):
        return
    yield objection(
        "EXTENSION_WITH_NO_BASE",
        [d.subgraph.name for d in declared],
        declared[0].type.node,
        f'"{name}" is extended, but no subgraph defines it.',
        f'Write "type {name}" in one of them.',
    )
