"""SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES: a field that several subgraphs answer gives the same in all of them."""

from __future__ import annotations

from collections.abc import Iterator

from federation.composition.draft import DeclaredField, Draft, named
from federation.composition.objection import Objection, Severity, objection


def check(draft: Draft, name: str) -> Iterator[Objection]:
    for field_name, fields in draft.fields_of(name):
        answering = [d for d in fields if draft.answers(d.subgraph, d.type, d.field)]
        if len(answering) > 1:
            yield from _runtime_types(draft, f"{name}.{field_name}", answering)


def _runtime_types(draft: Draft, at: str, answering: list[DeclaredField]) -> Iterator[Objection]:
    given = {d.subgraph.name: draft.runtime_types(d.subgraph, named(d.field.type)) for d in answering}
    if len(set(given.values())) == 1 or not all(given.values()):
        return
    told = "; ".join(f"{', '.join(sorted(types))} in {name}" for name, types in given.items())
    if not frozenset.intersection(*given.values()):
        yield objection(
            "SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES",
            list(given),
            answering[0].field.node,
            f'"{at}" is answered by several subgraphs that have no type of object in common: {told}.',
            "Give it the same types everywhere, or let one subgraph answer it.",
        )
    else:
        yield objection(
            "INCONSISTENT_RUNTIME_TYPES_FOR_SHAREABLE_RETURN",
            list(given),
            answering[0].field.node,
            f'"{at}" may be an object of other types in other subgraphs: {told}.',
            "Give it the same types everywhere.",
            Severity.HINT,
        )
