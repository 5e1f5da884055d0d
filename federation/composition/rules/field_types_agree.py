"""FIELD_TYPE_MISMATCH: the declared types of a field have one type that covers them all."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import print_ast

from federation.composition.draft import Draft, merge_output
from federation.composition.objection import Objection, objection


def check(draft: Draft) -> Iterator[Objection]:
    for name, field_name, declared in draft.fields():
        if merge_output(draft, [d.field.type for d in declared]) is None:
            said = ", ".join(f"{print_ast(d.field.type)} in {d.subgraph.name}" for d in declared)
            yield objection(
                "FIELD_TYPE_MISMATCH",
                [d.subgraph.name for d in declared],
                declared[0].field.node,
                f'"{name}.{field_name}" is {said}.',
                "Give the field one type; only nullability may differ.",
            )
