"""KEY_INVALID_FIELDS: a key parses, and names fields that its subgraph declares."""

from __future__ import annotations

from collections.abc import Iterator

from federation.composition.field_set_check import faults
from federation.composition.objection import Objection, objection
from federation.composition.source import SubgraphSource


def check(source: SubgraphSource) -> Iterator[Objection]:
    for declared in source.types.values():
        for key in declared.keys:
            needs = key.fields.needs
            found = ["the set does not parse"] if needs is None else list(faults(source, declared, needs))
            for fault in found:
                yield objection(
                    "KEY_INVALID_FIELDS",
                    (source.name,),
                    key.node,
                    f'@key(fields: "{key.fields.text}") on "{declared.name}": {fault}.',
                    "Declare every key field on the type in this subgraph.",
                )
