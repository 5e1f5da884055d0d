"""The rules, each asked of what it is about, and not again of what has not changed. It knows no rule."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from itertools import chain

from federation.composition.draft import Draft
from federation.composition.family import Family
from federation.composition.objection import Objection, place_of
from federation.composition.rules import RULES
from federation.composition.source import SubgraphSource
from federation.memo import Memo

Ranked = tuple[tuple[int, tuple[Objection, ...]], ...]
"""The place of a rule, and what it objects to; rules that object to nothing are left out."""


def judged(draft: Draft, families: Iterable[Family], memo: Memo) -> list[Objection]:
    """Every objection, by rule, then by type or subgraph."""
    found: list[tuple[int, str, tuple[Objection, ...]]] = []
    for source in draft.sources:
        ranked = memo.get("subgraph rules", (source,), None, partial(_of_subgraph, source))
        found.extend((rank, source.name, objections) for rank, objections in ranked)
    types = _Types(draft, memo)
    for family in families:
        found.extend((rank, family.name, objections) for rank, objections in types.ranked(family))
    for rank, rule in enumerate(RULES):
        if rule.of_graph is not None:
            found.append((rank, "", tuple(rule.of_graph(draft))))
    found.sort(key=lambda each: each[:2])
    return list(chain.from_iterable(objections for _, _, objections in found))


def _of_subgraph(source: SubgraphSource) -> Ranked:
    asked = ((rank, rule.of_subgraph) for rank, rule in enumerate(RULES))
    answers = ((rank, tuple(check(source))) for rank, check in asked if check is not None)
    return tuple((rank, objections) for rank, objections in answers if objections)


class _Types:
    """What is against each type. An answer that says where something stands holds as long as it stands there; one that says
    nothing, as long as the family is the same."""

    def __init__(self, draft: Draft, memo: Memo) -> None:
        self._draft = draft
        self._memo = memo
        self._places: dict[tuple[str, ...], object] = {}

    def ranked(self, family: Family) -> Ranked:
        if self._memo.get("silent", (family,), None, lambda: not self._told(family)):
            return ()
        return self._told(family)

    def _told(self, family: Family) -> Ranked:
        parts = (family, self._standing(family.types))
        return self._memo.get("type rules", parts, None, partial(_of_type, self._draft, family.name))

    def _standing(self, types: tuple[str, ...]) -> object:
        """The same object as last time if they stand where they stood."""
        if types not in self._places:
            places = tuple(
                place_of(node) for name in types for d in self._draft.types[name] for node in d.type.nodes
            )
            self._places[types] = self._memo.get("standing", (), (types, places), object)
        return self._places[types]


def _of_type(draft: Draft, name: str) -> Ranked:
    asked = ((rank, rule.of_type) for rank, rule in enumerate(RULES))
    answers = ((rank, tuple(check(draft, name))) for rank, check in asked if check is not None)
    return tuple((rank, objections) for rank, objections in answers if objections)
