"""OVERRIDDEN_FIELD_CAN_BE_REMOVED, OVERRIDE_MIGRATION_IN_PROGRESS: what is left to do where a field moves."""

from __future__ import annotations

from collections.abc import Iterator

from federation.composition.draft import DeclaredField, Draft
from federation.composition.field_set_check import is_of_interface
from federation.composition.hints.hint import hint
from federation.composition.objection import Objection


def check(draft: Draft, name: str) -> Iterator[Objection]:
    for field_name, fields in draft.fields_of(name):
        for each in fields if len(fields) > 1 else ():
            if each.field.override_from is None:
                continue
            old = next((d for d in fields if d.subgraph.name == each.field.override_from), None)
            if old is None or old is each or old.field.external:
                continue
            at = f"{name}.{field_name}"
            yield _removable(at, old, each) if each.field.override_label is None else _moving(at, old, each)


def _removable(at: str, old: DeclaredField, new: DeclaredField) -> Objection:
    used = (old.type.name, old.field.name) in old.subgraph.used
    needed = used or is_of_interface(old.subgraph, old.type, old.field.name)
    return hint(
        "OVERRIDDEN_FIELD_CAN_BE_REMOVED",
        (old.subgraph.name, new.subgraph.name),
        old.field.node,
        f'"{at}" of {old.subgraph.name} is never asked for: {new.subgraph.name} has taken it over.',
        "Mark it @external: keys, @requires, @provides or interfaces there still name it."
        if needed
        else "Remove it, and then @override.",
    )


def _moving(at: str, old: DeclaredField, new: DeclaredField) -> Objection:
    return hint(
        "OVERRIDE_MIGRATION_IN_PROGRESS",
        (new.subgraph.name, old.subgraph.name),
        new.field.node,
        f'"{at}" is moving from {old.subgraph.name} to {new.subgraph.name}, as far as the label '
        f'"{new.field.override_label}" says.',
        f"When all has moved, remove it from {old.subgraph.name}, and then @override.",
    )
