"""ONLY_INACCESSIBLE_CHILDREN, REFERENCED_INACCESSIBLE: what is left for clients still makes a schema."""

from __future__ import annotations

from collections.abc import Iterator

from federation.composition.draft import ROOTS, Declared, Draft, is_required, named
from federation.composition.merge import hidden_types
from federation.composition.objection import Objection, objection
from federation.composition.source import Kind


def check(draft: Draft) -> Iterator[Objection]:
    hidden = hidden_types(draft)
    for name, declared in draft.types.items():
        if name in hidden:
            continue
        children, concealed = _children(declared)
        if children and children <= concealed and not (name in ROOTS and name != "Query"):
            yield objection(
                "ONLY_INACCESSIBLE_CHILDREN",
                [d.subgraph.name for d in declared],
                declared[0].type.node,
                f'"{name}" is accessible, but everything in it is @inaccessible.',
                "Make the type @inaccessible, or one of its parts accessible.",
            )
    yield from _references(draft, hidden)
    yield from _required_arguments(draft)


def _children(declared: list[Declared]) -> tuple[set[str], set[str]]:
    children: set[str] = set()
    concealed: set[str] = set()
    for each in declared:
        source = each.type
        children |= {*source.fields, *source.inputs, *source.values}
        concealed |= source.hidden_values
        concealed |= {f.name for f in source.fields.values() if f.inaccessible}
        concealed |= {i.name for i in source.inputs.values() if i.inaccessible}
    return children, concealed


def _references(draft: Draft, hidden: frozenset[str]) -> Iterator[Objection]:
    for name, field_name, declared in draft.fields():
        if name in hidden or any(d.field.inaccessible for d in declared):
            continue
        for each in declared:
            if named(each.field.type) in hidden:
                yield objection(
                    "REFERENCED_INACCESSIBLE",
                    (each.subgraph.name,),
                    each.field.node,
                    f'"{name}.{field_name}" is accessible, but its type "{named(each.field.type)}" is not.',
                    "Make the field @inaccessible too.",
                )
                break


def _required_arguments(draft: Draft) -> Iterator[Objection]:
    for name, field_name, declared in draft.fields():
        if declared[0].type.kind not in (Kind.OBJECT, Kind.INTERFACE):
            continue
        if any(d.field.inaccessible for d in declared):
            continue
        for each in declared:
            for given in each.field.arguments.values():
                if given.inaccessible and is_required(given):
                    yield objection(
                        "REQUIRED_INACCESSIBLE",
                        (each.subgraph.name,),
                        given.node,
                        f'"{name}.{field_name}({given.name}:)" is required, but @inaccessible.',
                        "Give it a default value.",
                    )
