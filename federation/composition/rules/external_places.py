"""EXTERNAL_ON_INTERFACE, MERGED_DIRECTIVE_APPLICATION_ON_EXTERNAL: only an object's field is external, and what the graph is to
say of it says the subgraph that answers it."""

from __future__ import annotations

from collections.abc import Iterator

from federation.composition.objection import Objection, objection
from federation.composition.source import Kind, SubgraphSource


def check(source: SubgraphSource) -> Iterator[Objection]:
    for declared in source.types.values():
        for child in declared.fields.values():
            if not child.external:
                continue
            at = f'"{declared.name}.{child.name}"'
            if declared.kind is Kind.INTERFACE and not declared.interface_object:
                yield objection(
                    "EXTERNAL_ON_INTERFACE",
                    (source.name,),
                    child.node,
                    f"{at} is @external, but belongs to an interface.",
                    "Put @external on the fields of the objects.",
                )
            said = ["inaccessible"] if child.inaccessible else []
            said += [d.name.value for d in child.carried]
            if said:
                yield objection(
                    "MERGED_DIRECTIVE_APPLICATION_ON_EXTERNAL",
                    (source.name,),
                    child.node,
                    f"{at} is @external, but carries @{said[0]}, which is for the whole graph.",
                    f"Put @{said[0]} where the field is answered.",
                )
