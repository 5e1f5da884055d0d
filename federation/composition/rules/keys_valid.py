"""KEY_*: a key parses, names fields that its subgraph declares, and these are the same for everybody who asks."""

from __future__ import annotations

from collections.abc import Iterator

from federation.composition.draft import named
from federation.composition.field_set_check import Fault, named_by, set_faults, with_arguments
from federation.composition.objection import Objection, objection
from federation.composition.source import Key, Kind, SubgraphSource, TypeSource


def check(source: SubgraphSource) -> Iterator[Objection]:
    for declared in source.types.values():
        for key in declared.keys:
            for code, fault in set_faults(source, declared, key.fields) or _faults(source, declared, key):
                yield objection(
                    f"KEY_{code}",
                    (source.name,),
                    key.node,
                    f'@key(fields: "{key.fields.text}") on "{declared.name}": {fault}.',
                    "Name fields that the type has in this subgraph, without arguments, and no interfaces or unions.",
                )


def _faults(source: SubgraphSource, declared: TypeSource, key: Key) -> Iterator[Fault]:
    needs = key.fields.needs or ()
    given = with_arguments(source, declared, needs)
    if given is not None:
        yield "FIELDS_HAS_ARGS", f'"{given}" takes arguments'
    for kind, child, _ in named_by(source, declared, needs):
        inner = source.types.get(named(child.type))
        if inner is not None and inner.kind in (Kind.INTERFACE, Kind.UNION):
            yield (
                "FIELDS_SELECT_INVALID_TYPE",
                f'"{kind.name}.{child.name}" is an interface or a union',
            )
