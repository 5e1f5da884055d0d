"""*_INPUT_*: fields of an input object agree, and a required one exists everywhere."""

from __future__ import annotations

from collections.abc import Iterator

from federation.composition.draft import Declared, Draft, is_required, merge_input
from federation.composition.objection import Objection, objection
from federation.composition.source import Kind


def check(draft: Draft, name: str) -> Iterator[Objection]:
    declared = draft.types[name]
    if declared[0].type.kind is not Kind.INPUT:
        return
    for field_name in dict.fromkeys(f for d in declared for f in d.type.inputs):
        yield from _field(f"{name}.{field_name}", field_name, declared)
    if not any(all(f in d.type.inputs for d in declared) for f in declared[0].type.inputs):
        yield objection(
            "EMPTY_MERGED_INPUT_TYPE",
            [d.subgraph.name for d in declared],
            declared[0].type.node,
            f'The declarations of input "{name}" have no field in common.',
            "Declare the shared fields in every subgraph.",
        )


def _field(at: str, field_name: str, declared: list[Declared]) -> Iterator[Objection]:
    having = [d for d in declared if field_name in d.type.inputs]
    given = [d.type.inputs[field_name] for d in having]
    names = [d.subgraph.name for d in having]
    if merge_input([g.type for g in given]) is None:
        yield objection(
            "FIELD_TYPE_MISMATCH",
            names,
            given[0].node,
            f'"{at}" has different types in {", ".join(names)}.',
            "Give it one type; only nullability may differ.",
        )
        return
    requiring = [d for d in having if is_required(d.type.inputs[field_name])]
    lacking = [d.subgraph.name for d in declared if field_name not in d.type.inputs]
    if requiring and lacking:
        names = [d.subgraph.name for d in requiring]
        yield objection(
            "REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH",
            [*names, *lacking],
            requiring[0].type.inputs[field_name].node,
            f'"{at}" is required in {", ".join(names)}, but missing in {", ".join(lacking)}.',
            "Make it optional, or add it everywhere.",
        )
