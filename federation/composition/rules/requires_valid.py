"""REQUIRES_*: the field set of @requires parses, stands on an object, and names fields that others answer."""

from __future__ import annotations

from collections.abc import Iterator

from federation.composition.field_set_check import Fault, names_external, set_faults
from federation.composition.objection import Objection, objection
from federation.composition.source import FieldSet, Kind, SubgraphSource, TypeSource


def check(source: SubgraphSource) -> Iterator[Objection]:
    for declared in source.types.values():
        for child in declared.fields.values():
            if child.requires is None:
                continue
            for code, fault in _faults(source, declared, child.requires):
                yield objection(
                    f"REQUIRES_{code}",
                    (source.name,),
                    child.node,
                    f'@requires(fields: "{child.requires.text}") of "{declared.name}.{child.name}": {fault}.',
                    "Name fields that this subgraph declares @external, with the arguments they take.",
                )


def _faults(source: SubgraphSource, declared: TypeSource, fields: FieldSet) -> list[Fault]:
    if declared.kind is Kind.INTERFACE and not declared.interface_object:
        return [("UNSUPPORTED_ON_INTERFACE", "it stands on an interface")]
    found = set_faults(source, declared, fields)
    if not found and source.version > 1 and not names_external(source, declared, fields.needs or ()):
        found.append(("FIELDS_MISSING_EXTERNAL", f"{source.name} answers all of it itself"))
    return found
