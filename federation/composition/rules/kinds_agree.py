"""TYPE_KIND_MISMATCH: one name is one kind of type everywhere."""

from __future__ import annotations

from collections.abc import Iterator

from federation.composition.draft import Draft
from federation.composition.objection import Objection, objection


def check(draft: Draft, name: str) -> Iterator[Objection]:
    declared = draft.types[name]
    first = declared[0]
    for other in declared[1:]:
        if other.type.kind is not first.type.kind:
            yield objection(
                "TYPE_KIND_MISMATCH",
                (other.subgraph.name, first.subgraph.name),
                other.type.node,
                f'"{name}" is an {other.type.kind.value} in {other.subgraph.name}, '
                f"but an {first.type.kind.value} in {first.subgraph.name}.",
                "Rename one of the two.",
            )
