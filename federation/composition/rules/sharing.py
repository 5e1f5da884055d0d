"""INVALID_FIELD_SHARING: two subgraphs answer one field only if both say that it is shareable."""

from __future__ import annotations

from collections.abc import Iterator

from federation.composition.draft import DeclaredField, Draft
from federation.composition.objection import Objection, objection
from federation.composition.source import Kind


def check(draft: Draft, name: str) -> Iterator[Objection]:
    for field_name, fields in draft.fields_of(name):
        if len(fields) == 1:
            continue
        of_objects = [d for d in fields if d.type.kind is Kind.OBJECT or d.type.interface_object]
        answering = [d for d in of_objects if _resolves(draft, d)]
        alone = [d for d in answering if not _shareable(d)]
        if len(answering) > 1 and alone:
            names = ", ".join(d.subgraph.name for d in answering)
            yield objection(
                "INVALID_FIELD_SHARING",
                [d.subgraph.name for d in (*alone, *(a for a in answering if a not in alone))],
                alone[0].field.node,
                f'"{name}.{field_name}" is answered by {names}, but is not @shareable in '
                f"{', '.join(d.subgraph.name for d in alone)}.",
                "Add @shareable in every subgraph that answers it, or @override, or rename one.",
            )


def _shareable(declared: DeclaredField) -> bool:
    return declared.field.shareable or declared.field.external


def _resolves(draft: Draft, declared: DeclaredField) -> bool:
    """Also what a @provides names is resolved here; what is moved by a label counts at its new place only."""
    at = (declared.subgraph.name, declared.type.name, declared.field.name)
    if at in draft.guarded:
        return False
    return at in draft.provided or draft.answers(declared.subgraph, declared.type, declared.field)
