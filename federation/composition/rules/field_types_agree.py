"""FIELD_TYPE_MISMATCH, EXTERNAL_TYPE_MISMATCH: a field is one type everywhere; nullability and subtypes may
differ, but who names another's field says exactly what the graph says."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import print_ast

from federation.composition.draft import DeclaredField, Draft, merge_output
from federation.composition.objection import Objection, objection


def check(draft: Draft, name: str) -> Iterator[Objection]:
    for field_name, fields in draft.fields_of(name):
        if len(fields) == 1:
            continue
        having = [d for d in fields if (d.subgraph.name, name, field_name) not in draft.overridden]
        answering = [d for d in having if not d.field.external]
        if not _agree(draft, answering):
            yield _objection("FIELD_TYPE_MISMATCH", f"{name}.{field_name}", answering)
            continue
        merged = merge_output(draft, [d.field.type for d in answering]) if answering else None
        external = [d for d in having if d.field.external]
        strange = [d for d in external if merged and print_ast(d.field.type) != print_ast(merged)]
        if strange:
            yield _objection("EXTERNAL_TYPE_MISMATCH", f"{name}.{field_name}", [*strange, *answering])


def _agree(draft: Draft, declared: list[DeclaredField]) -> bool:
    return not declared or merge_output(draft, [d.field.type for d in declared]) is not None


def _objection(code: str, at: str, declared: list[DeclaredField]) -> Objection:
    said = ", ".join(f"{print_ast(d.field.type)} in {d.subgraph.name}" for d in declared)
    return objection(
        code,
        [d.subgraph.name for d in declared],
        declared[0].field.node,
        f'"{at}" is {said}.',
        "Give the field one type; only nullability may differ, and not where it is @external.",
    )
