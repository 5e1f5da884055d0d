"""PROVIDES_INVALID_FIELDS: the field set of @provides parses and names fields of the type."""

from __future__ import annotations

from collections.abc import Iterator

from federation.composition.draft import Draft, named
from federation.composition.field_set_check import faults
from federation.composition.objection import Objection, objection


def check(draft: Draft) -> Iterator[Objection]:
    for source in draft.sources:
        for declared in source.types.values():
            for child in declared.fields.values():
                if child.provides is None:
                    continue
                on = source.types.get(named(child.type))
                needs = child.provides.needs
                found = (
                    ["the set does not parse"]
                    if needs is None or on is None
                    else list(faults(source, on, needs))
                )
                for fault in found:
                    yield objection(
                        "PROVIDES_INVALID_FIELDS",
                        (source.name,),
                        child.node,
                        f'@provides(fields: "{child.provides.text}") of '
                        f'"{declared.name}.{child.name}": {fault}.',
                        "Name fields that this subgraph declares, @external where another answers them.",
                    )
