"""The rules, each asked of what it is about, and not again of what has not changed. It knows no rule."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from itertools import chain

from federation.composition.draft import Draft
from federation.composition.family import Family
from federation.composition.objection import Objection
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
    for family in families:
        ranked = memo.get("type rules", (family,), None, partial(_of_type, draft, family.name))
        found.extend((rank, family.name, objections) for rank, objections in ranked)
    for rank, rule in enumerate(RULES):
        if rule.of_graph is not None:
            found.append((rank, "", tuple(rule.of_graph(draft))))
    found.sort(key=lambda each: each[:2])
    return list(chain.from_iterable(objections for _, _, objections in found))


def _of_subgraph(source: SubgraphSource) -> Ranked:
    asked = ((rank, rule.of_subgraph) for rank, rule in enumerate(RULES))
    answers = ((rank, tuple(check(source))) for rank, check in asked if check is not None)
    return tuple((rank, objections) for rank, objections in answers if objections)


def _of_type(draft: Draft, name: str) -> Ranked:
    asked = ((rank, rule.of_type) for rank, rule in enumerate(RULES))
    answers = ((rank, tuple(check(draft, name))) for rank, check in asked if check is not None)
    return tuple((rank, objections) for rank, objections in answers if objections)
