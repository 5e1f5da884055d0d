"""EXTERNAL_UNUSED: an external field serves a key, a requirement, a provision or an interface; else it is a
mistake."""

from __future__ import annotations

from collections.abc import Iterator

from federation.composition.draft import Draft, named
from federation.composition.objection import Objection, Severity, objection
from federation.composition.source import SubgraphSource, TypeSource
from federation.fieldsets import Need


def check(draft: Draft) -> Iterator[Objection]:
    for source in draft.sources:
        used = _used(source)
        for declared in source.types.values():
            for child in declared.fields.values():
                if not child.external or (declared.name, child.name) in used:
                    continue
                if _of_interface(source, declared, child.name):
                    continue
                yield objection(
                    "EXTERNAL_UNUSED",
                    (source.name,),
                    child.node,
                    f'"{declared.name}.{child.name}" is @external in {source.name}, but unused there.',
                    "Remove the field, or use it in @key, @requires or @provides.",
                    Severity.ERROR if source.version > 1 else Severity.HINT,
                )


def _of_interface(source: SubgraphSource, declared: TypeSource, name: str) -> bool:
    return any(i in source.types and name in source.types[i].fields for i in declared.interfaces)


def _used(source: SubgraphSource) -> set[tuple[str, str]]:
    used: set[tuple[str, str]] = set()

    def add(on: TypeSource | None, needs: tuple[Need, ...] | None) -> None:
        for need in needs or ():
            at = source.types.get(need.on) if need.on else on
            if at is None:
                continue
            for kind in (at, *(t for t in source.types.values() if at.name in t.interfaces)):
                used.add((kind.name, need.name))
                child = kind.fields.get(need.name)
                if child is not None:
                    add(source.types.get(named(child.type)), need.needs)

    for declared in source.types.values():
        for key in declared.keys:
            add(declared, key.fields.needs)
        for child in declared.fields.values():
            add(declared, child.requires.needs if child.requires else None)
            add(source.types.get(named(child.type)), child.provides.needs if child.provides else None)
    return used
