"""INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE: the graph says of a field only what all its subgraphs can promise; of an input
object's field, what one of them demands."""

from __future__ import annotations

from collections.abc import Iterator

from federation.composition.draft import DeclaredField, Draft, merge_output
from federation.composition.hints.argument_types import differing
from federation.composition.hints.given_inputs import input_fields
from federation.composition.hints.hint import hint
from federation.composition.objection import Objection
from federation.supergraph_sdl.literals import written

CODE = "INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE"


def check(draft: Draft, name: str) -> Iterator[Objection]:
    for field_name, fields in draft.fields_of(name):
        if len(fields) > 1:
            answering = [d for d in fields if draft.answers(d.subgraph, d.type, d.field)]
            yield from _differing(draft, f"{name}.{field_name}", answering)
    for each in input_fields(draft, name):
        if not each.missing:
            yield from differing(CODE, each)


def _differing(draft: Draft, at: str, answering: list[DeclaredField]) -> Iterator[Objection]:
    types = [written(d.field.type) for d in answering]
    if len(set(types)) < 2:
        return
    merged = merge_output(draft, [d.field.type for d in answering])
    if merged is None:
        return
    said = written(merged)
    others = [d for d, own in zip(answering, types, strict=True) if own != said]
    told = ", ".join(f"{written(d.field.type)} in {d.subgraph.name}" for d in others)
    yield hint(
        CODE,
        dict.fromkeys(d.subgraph.name for d in (*others, *answering)),
        others[0].field.node,
        f'"{at}" is {said} in the graph, but {told}.',
        f"Write {said} everywhere, or the narrower type everywhere if all can keep it.",
    )
