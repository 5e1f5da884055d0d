"""DIRECTIVE_COMPOSITION_ERROR: what @requiresScopes and @policy demand of one element, over all subgraphs, can be told as
alternatives: not too many of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from graphql import Node

from federation.access import MOST_ALTERNATIVES, TooManyAlternatives
from federation.composition.carried import merge_access
from federation.composition.draft import Draft
from federation.composition.gathered import access_from_above, carried_by_field, carried_by_type
from federation.composition.objection import Objection, objection
from federation.composition.source import Carried


def check(draft: Draft, name: str) -> Iterator[Objection]:
    declared = draft.types[name]
    if not _can_be_told(lambda: carried_by_type(draft, name)):
        yield too_many(name, [d.subgraph.name for d in declared], declared[0].type.node)
    above = access_from_above(draft, name)
    for field_name, fields in draft.fields_of(name):
        if not above and not any(d.field.carried for d in fields):
            continue
        if not _can_be_told(lambda fields=fields: carried_by_field(fields, above)):  # type: ignore[misc]
            yield too_many(f"{name}.{field_name}", [d.subgraph.name for d in fields], fields[0].field.node)


def _can_be_told(carried: Callable[[], Iterable[Carried]]) -> bool:
    try:
        merge_access(carried())
    except TooManyAlternatives:
        return False
    return True


def too_many(at: str, subgraphs: Iterable[str], node: Node) -> Objection:
    return objection(
        "DIRECTIVE_COMPOSITION_ERROR",
        subgraphs,
        node,
        f'What @requiresScopes or @policy demand of "{at}", in all subgraphs and with what belongs to it, makes more than '
        f"{MOST_ALTERNATIVES} alternatives together.",
        "Demand fewer alternatives there: a scope or policy that stands for several of them.",
    )
