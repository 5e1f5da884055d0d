"""REQUIRES_INVALID_FIELDS, REQUIRES_FIELDS_MISSING_EXTERNAL: the field set of @requires parses and names fields of the type."""

from __future__ import annotations

from collections.abc import Iterator

from federation.composition.field_set_check import faults, names_external
from federation.composition.objection import Objection, objection
from federation.composition.source import SubgraphSource


def check(source: SubgraphSource) -> Iterator[Objection]:
    for declared in source.types.values():
        for child in declared.fields.values():
            if child.requires is None:
                continue
            on = declared
            needs = child.requires.needs
            found = ["the set does not parse"] if needs is None else list(faults(source, on, needs))
            if (
                not found
                and source.version > 1
                and needs is not None
                and not names_external(source, on, needs)
            ):
                yield objection(
                    "REQUIRES_FIELDS_MISSING_EXTERNAL",
                    (source.name,),
                    child.node,
                    f'@requires(fields: "{child.requires.text}") of "{declared.name}.{child.name}" names only fields '
                    f"that {source.name} answers itself.",
                    "Mark them @external, or remove @requires.",
                )
            for fault in found:
                yield objection(
                    "REQUIRES_INVALID_FIELDS",
                    (source.name,),
                    child.node,
                    f'@requires(fields: "{child.requires.text}") of "{declared.name}.{child.name}": {fault}.',
                    "Name fields that this subgraph declares, @external where another answers them.",
                )
