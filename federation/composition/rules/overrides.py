"""OVERRIDE_*: a field is taken over from another subgraph, once, without labels for now."""

from __future__ import annotations

from collections.abc import Iterator

from federation.composition.draft import Draft
from federation.composition.objection import Objection, objection


def check(draft: Draft) -> Iterator[Objection]:
    for name, field_name, declared in draft.fields():
        overriding = [d for d in declared if d.field.override_from is not None]
        at = f'"{name}.{field_name}"'
        for each in overriding:
            where = ((each.subgraph.name,), each.field.node)
            if each.field.override_label is not None:
                yield objection(
                    "OVERRIDE_LABEL_UNSUPPORTED",
                    *where,
                    f"@override on {at} has a label.",
                )
            elif each.field.override_from == each.subgraph.name:
                yield objection(
                    "OVERRIDE_FROM_SELF_ERROR",
                    *where,
                    f"@override on {at} names its own subgraph.",
                    "Remove it.",
                )
            elif any(o.subgraph.name == each.field.override_from for o in overriding):
                yield objection(
                    "OVERRIDE_SOURCE_HAS_OVERRIDE",
                    *where,
                    f"@override on {at} takes the field from {each.field.override_from}, which overrides it itself.",
                    "Let one subgraph override.",
                )
