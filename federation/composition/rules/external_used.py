"""EXTERNAL_UNUSED: an external field serves a key, a requirement, a provision or an interface; else it is a
mistake."""

from __future__ import annotations

from collections.abc import Iterator

from federation.composition.field_set_check import is_of_interface
from federation.composition.objection import Objection, Severity, objection
from federation.composition.source import SubgraphSource


def check(source: SubgraphSource) -> Iterator[Objection]:
    for declared in source.types.values():
        for child in declared.fields.values():
            if not child.external or (declared.name, child.name) in source.used:
                continue
            if is_of_interface(source, declared, child.name):
                continue
            yield objection(
                "EXTERNAL_UNUSED",
                (source.name,),
                child.node,
                f'"{declared.name}.{child.name}" is @external in {source.name}, but unused there.',
                "Remove the field, or use it in @key, @requires or @provides.",
                Severity.ERROR if source.version > 1 else Severity.HINT,
            )
