"""PROVIDES_*: the field set of @provides parses, stands on an object's field that gives objects, and names fields that
others answer."""

from __future__ import annotations

from collections.abc import Iterator

from federation.composition.draft import named
from federation.composition.field_set_check import Fault, names_external, set_faults, with_arguments
from federation.composition.objection import Objection, objection
from federation.composition.source import FieldSet, FieldSource, Kind, SubgraphSource, TypeSource


def check(source: SubgraphSource) -> Iterator[Objection]:
    for declared in source.types.values():
        for child in declared.fields.values():
            if child.provides is None:
                continue
            for code, fault in _faults(source, declared, child, child.provides):
                yield objection(
                    f"PROVIDES_{code}",
                    (source.name,),
                    child.node,
                    f'@provides(fields: "{child.provides.text}") of "{declared.name}.{child.name}": {fault}.',
                    "Name fields of what the field gives, @external here and without arguments.",
                )


def _faults(
    source: SubgraphSource, declared: TypeSource, child: FieldSource, fields: FieldSet
) -> list[Fault]:
    on = source.types.get(named(child.type))
    if declared.kind is Kind.INTERFACE and not declared.interface_object:
        return [("UNSUPPORTED_ON_INTERFACE", "it stands on an interface")]
    if on is None or on.kind not in (Kind.OBJECT, Kind.INTERFACE, Kind.UNION):
        return [("ON_NON_OBJECT_FIELD", "the field gives no objects")]
    found = set_faults(source, on, fields)
    if found:
        return found
    given = with_arguments(source, on, fields.needs or ())
    if given is not None:
        found.append(("FIELDS_HAS_ARGS", f'"{given}" takes arguments'))
    elif source.version > 1 and not names_external(source, on, fields.needs or ()):
        found.append(("FIELDS_MISSING_EXTERNAL", f"{source.name} answers all of it itself"))
    return found
