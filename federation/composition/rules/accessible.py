"""ONLY_INACCESSIBLE_CHILDREN, REFERENCED_INACCESSIBLE: what is left for clients still makes a schema."""

from __future__ import annotations

from collections.abc import Iterator

from federation.composition.draft import ROOTS, Declared, DeclaredField, Draft, is_required, named
from federation.composition.objection import Objection, objection


def check(draft: Draft, name: str) -> Iterator[Objection]:
    declared = draft.types[name]
    if name not in draft.hidden:
        children, concealed = _children(declared)
        if children and children <= concealed and not (name in ROOTS and name != "Query"):
            yield objection(
                "ONLY_INACCESSIBLE_CHILDREN",
                [d.subgraph.name for d in declared],
                declared[0].type.node,
                f'"{name}" is accessible, but everything in it is @inaccessible.',
                "Make the type @inaccessible, or one of its parts accessible.",
            )
    for field_name, fields in draft.fields_of(name):
        if not any(d.field.inaccessible for d in fields):
            at = f"{name}.{field_name}"
            if name not in draft.hidden:
                yield from _references(draft, at, fields)
            yield from _required_arguments(at, fields)


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


def _references(draft: Draft, at: str, fields: list[DeclaredField]) -> Iterator[Objection]:
    for each in fields if draft.hidden else ():
        if named(each.field.type) in draft.hidden:
            yield objection(
                "REFERENCED_INACCESSIBLE",
                (each.subgraph.name,),
                each.field.node,
                f'"{at}" is accessible, but its type "{named(each.field.type)}" is not.',
                "Make the field @inaccessible too.",
            )
            return


def _required_arguments(at: str, fields: list[DeclaredField]) -> Iterator[Objection]:
    for each in fields:
        for given in each.field.arguments.values():
            if given.inaccessible and is_required(given):
                yield objection(
                    "REQUIRED_INACCESSIBLE",
                    (each.subgraph.name,),
                    given.node,
                    f'"{at}({given.name}:)" is required, but @inaccessible.',
                    "Give it a default value.",
                )
