"""*_ARGUMENT_*: arguments have compatible types, and one that is required somewhere exists everywhere."""

from __future__ import annotations

from collections.abc import Iterator

from federation.composition.draft import DeclaredField, Draft, is_required, merge_input
from federation.composition.objection import Objection, objection


def check(draft: Draft, name: str) -> Iterator[Objection]:
    for field_name, fields in draft.fields_of(name):
        if len(fields) == 1:
            continue
        answering = [d for d in fields if not d.field.external]
        filled = {a for d in answering for a in d.field.context_arguments}
        for argument in dict.fromkeys(a for d in answering for a in d.field.arguments if a not in filled):
            yield from _argument(f"{name}.{field_name}({argument}:)", argument, answering)


def _argument(at: str, argument: str, declared: list[DeclaredField]) -> Iterator[Objection]:
    having = [d for d in declared if argument in d.field.arguments]
    given = [d.field.arguments[argument] for d in having]
    names = [d.subgraph.name for d in having]
    if merge_input([g.type for g in given]) is None:
        yield objection(
            "FIELD_ARGUMENT_TYPE_MISMATCH",
            names,
            given[0].node,
            f'"{at}" has different types in {", ".join(names)}.',
            "Give the argument one type.",
        )
        return
    requiring = [d for d in having if is_required(d.field.arguments[argument])]
    lacking = [d.subgraph.name for d in declared if argument not in d.field.arguments]
    if requiring and lacking:
        names = [d.subgraph.name for d in requiring]
        yield objection(
            "REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH",
            [*names, *lacking],
            requiring[0].field.arguments[argument].node,
            f'"{at}" is required in {", ".join(names)}, but missing in {", ".join(lacking)}.',
            "Make it optional, or add it everywhere.",
        )
