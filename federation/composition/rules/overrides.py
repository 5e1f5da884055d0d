"""OVERRIDE_*: a field is taken over from another subgraph, once; with a label, little by little."""

from __future__ import annotations

import re
from collections.abc import Iterator

from federation.composition.draft import DeclaredField, Draft
from federation.composition.objection import Objection, Severity, objection
from federation.composition.source import Kind

_LABEL = re.compile(r"[a-zA-Z][a-zA-Z0-9_\-:./]*|percent\((\d{1,2}(\.\d{1,8})?|100)\)")


def check(draft: Draft, name: str) -> Iterator[Objection]:
    for field_name, fields in draft.fields_of(name):
        overriding = [d for d in fields if d.field.override_from is not None]
        for each in overriding:
            yield from _override(f'"{name}.{field_name}"', each, fields, overriding, draft.names)


def _override(
    at: str,
    each: DeclaredField,
    declared: list[DeclaredField],
    overriding: list[DeclaredField],
    names: frozenset[str],
) -> Iterator[Objection]:
    where = ((each.subgraph.name,), each.field.node)
    source = each.field.override_from or ""
    there = next((d for d in declared if d.subgraph.name == source), None)
    if each.type.kind is Kind.INTERFACE and not each.type.interface_object:
        yield objection(
            "OVERRIDE_ON_INTERFACE",
            *where,
            f"@override on {at} is on an interface.",
            "Override on the objects.",
        )
    if source == each.subgraph.name:
        yield objection(
            "OVERRIDE_FROM_SELF_ERROR", *where, f"@override on {at} names its own subgraph.", "Remove it."
        )
    elif any(o.subgraph.name == source for o in overriding):
        yield objection(
            "OVERRIDE_SOURCE_HAS_OVERRIDE",
            *where,
            f"@override on {at} takes the field from {source}, which overrides it itself.",
            "Let one subgraph override.",
        )
    elif len(overriding) > 1 and each is not overriding[0] and source == overriding[0].field.override_from:
        yield objection(
            "OVERRIDE_SOURCE_HAS_OVERRIDE",
            *where,
            f"@override on {at} takes the field from {source}, as {overriding[0].subgraph.name} does.",
            "Let one subgraph override.",
        )
    elif source not in names:
        yield objection(
            "FROM_SUBGRAPH_DOES_NOT_EXIST",
            *where,
            f'@override on {at} takes the field from "{source}", which is no subgraph.',
            f"The subgraphs are {', '.join(sorted(names))}.",
            Severity.HINT,
        )
    elif there is None or there.field.external:
        yield objection(
            "OVERRIDE_DIRECTIVE_CAN_BE_REMOVED",
            *where,
            f"{source} does not answer {at} any more.",
            "Remove @override.",
            Severity.HINT,
        )
    yield from _collisions(at, each, there)


def _collisions(at: str, each: DeclaredField, there: DeclaredField | None) -> Iterator[Objection]:
    where = ((each.subgraph.name,), each.field.node)
    sides = [s for s in (each, there) if s is not None]
    for said in ("external", "requires", "provides"):
        if said == "external" and there is not None and there.field.external:
            continue
        if any(getattr(s.field, said) for s in sides[:1]):
            yield objection(
                "OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE",
                *where,
                f"@override on {at} stands together with @{said}.",
                f"Remove @{said} or @override.",
            )
    label = each.field.override_label
    if label is not None and not _LABEL.fullmatch(label):
        yield objection(
            "OVERRIDE_LABEL_INVALID",
            *where,
            f'The label "{label}" of @override on {at} is neither a name nor "percent(x)" with x from 0 to 100.',
            'Write "percent(20)", or a name of letters, digits and _-:./ that begins with a letter.',
        )
