"""INTERFACE_OBJECT_UNSUPPORTED: said clearly until the planner knows interface objects."""

from __future__ import annotations

from collections.abc import Iterator

from federation.composition.draft import Draft
from federation.composition.objection import Objection, objection


def check(draft: Draft) -> Iterator[Objection]:
    for name, declared in draft.types.items():
        for each in declared:
            if each.type.interface_object:
                yield objection(
                    "INTERFACE_OBJECT_UNSUPPORTED",
                    (each.subgraph.name,),
                    each.type.node,
                    f'"{name}" is an @interfaceObject, which is not supported yet.',
                    "Declare the object types that implement the interface instead.",
                )
