"""NO_QUERIES: a graph that nobody can ask is none."""

from __future__ import annotations

from collections.abc import Iterator

from federation.composition.draft import Draft
from federation.composition.objection import Objection, objection


def check(draft: Draft) -> Iterator[Objection]:
    if "Query" not in draft.types:
        yield objection(
            "NO_QUERIES",
            [s.name for s in draft.sources],
            None,
            "No subgraph has a query root field.",
            "Declare at least one field on Query in one subgraph.",
        )
