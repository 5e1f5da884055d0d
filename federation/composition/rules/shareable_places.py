"""INVALID_SHAREABLE_USAGE: @shareable is of objects, and said once."""

from __future__ import annotations

from collections.abc import Iterator

from federation.composition.objection import Objection, objection
from federation.composition.source import Kind, SubgraphSource


def check(source: SubgraphSource) -> Iterator[Objection]:
    for declared in source.types.values():
        for child in declared.fields.values():
            names = [source.links.names.get(d.name.value) for d in child.node.directives or ()]
            count = names.count("shareable")
            if count and declared.kind is Kind.INTERFACE and not declared.interface_object:
                fault, fix = "belongs to an interface", "Put @shareable on the objects that implement it."
            elif count > 1:
                fault, fix = "is @shareable twice", "Remove one of the two."
            else:
                continue
            yield objection(
                "INVALID_SHAREABLE_USAGE",
                (source.name,),
                child.node,
                f'"{declared.name}.{child.name}" {fault}.',
                fix,
            )
