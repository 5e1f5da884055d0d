"""INTERFACE_FIELD_NO_IMPLEM: an object has every field of its interfaces, over all subgraphs. What only
interface objects add, every implementation has by way of them."""

from __future__ import annotations

from collections.abc import Iterator

from federation.composition.draft import Draft
from federation.composition.objection import Objection, objection
from federation.composition.source import Kind


def check(draft: Draft) -> Iterator[Objection]:
    fields = {n: {f for d in ds for f in d.type.fields} for n, ds in draft.composite()}
    given = {
        n: {f for d in ds if d.type.interface_object for f in d.type.fields} for n, ds in draft.composite()
    }
    for name, declared in draft.composite():
        is_object = declared[0].type.kind is Kind.OBJECT
        for interface in dict.fromkeys(i for d in declared for i in d.type.interfaces):
            inherited = given.get(interface, set()) if is_object else set()
            for missing in sorted(fields.get(interface, set()) - fields[name] - inherited):
                yield objection(
                    "INTERFACE_FIELD_NO_IMPLEM",
                    [d.subgraph.name for d in declared],
                    declared[0].type.node,
                    f'"{name}" implements "{interface}", but no subgraph gives it "{missing}".',
                    f'Add "{name}.{missing}", or remove it from the interface.',
                )
