"""How few requests could do at best: the subgraphs that alone answer something that is wanted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from federation.planning.stands import stands_of
from federation.planning.wanted import Selection, Wanted
from federation.supergraph import Supergraph


def least_requests(supergraph: Supergraph, root: str, wanted: Iterable[Wanted]) -> int:
    """At least so many requests every plan makes."""
    forced = {name for each in wanted for name in _forced(supergraph, root, each)}
    return max(1, len(forced))


def _forced(supergraph: Supergraph, type_name: str, wanted: Wanted) -> Iterator[str]:
    able = _able(supergraph, type_name, wanted.name)
    if len(able) == 1:
        yield from able
    child = supergraph.fields[type_name].get(wanted.name)
    if wanted.below is not None and child is not None:
        yield from _below(supergraph, wanted.below)


def _below(supergraph: Supergraph, selection: Selection) -> Iterator[str]:
    for each in selection.fields:
        yield from _forced(supergraph, selection.type, each)
    for name, fields in selection.by_type.items():
        for each in fields:
            yield from _forced(supergraph, name, each)


def _able(supergraph: Supergraph, type_name: str, field: str) -> frozenset[str]:
    """Who answers the field, or is provided with it somewhere; everybody, where an interface's field is meant."""
    asked = ("able", type_name, field)
    found = supergraph.memo.get(asked)
    if found is None:
        able = set[str]()
        for subgraph, known_as in stands_of(supergraph, type_name):
            child = supergraph.views[subgraph][known_as].fields.get(field)
            if child is not None and (child.answers or child.external):
                able.add(subgraph)
        found = supergraph.memo[asked] = frozenset(able)
    return found  # type: ignore[return-value]
