"""INTERFACE_FIELD_NO_IMPLEM: an object has every field of its interfaces, over all subgraphs. What only
interface objects add, every implementation has by way of them."""

from __future__ import annotations

from collections.abc import Iterator

from federation.composition.draft import Draft
from federation.composition.objection import Objection, objection
from federation.composition.source import Kind


def check(draft: Draft, name: str) -> Iterator[Objection]:
    declared = draft.types[name]
    is_object = declared[0].type.kind is Kind.OBJECT
    own = {field for d in declared for field in d.type.fields}
    for interface in dict.fromkeys(i for d in declared for i in d.type.interfaces):
        there = draft.types.get(interface, [])
        demanded = {field for d in there for field in d.type.fields}
        inherited = {field for d in there if d.type.interface_object for field in d.type.fields}
        for missing in sorted(demanded - own - (inherited if is_object else set())):
            yield objection(
                "INTERFACE_FIELD_NO_IMPLEM",
                [d.subgraph.name for d in declared],
                declared[0].type.node,
                f'"{name}" implements "{interface}", but no subgraph gives it "{missing}".',
                f'Add "{name}.{missing}", or remove it from the interface.',
            )
