"""Which stands can be entered at all, whatever the cost: the keys of ``ways``, found without the ways.

Composition asks this for every object of the graph, where hundreds of subgraphs may know a type; planning, which
wants the cheapest way for one object, asks ``ways``. Both read the same stands and keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from federation.fieldsets import Need
from federation.planning.routes import jumps, resolves
from federation.planning.stands import Name, Stand, stands_of
from federation.supergraph import Supergraph

Entrances = Mapping[tuple[Need, ...], frozenset[Name]]
"""By key: the stands that it enters."""


def enterable(supergraph: Supergraph, type_name: str, located: Iterable[Stand]) -> frozenset[Name]:
    """Every stand that can be entered for an object of the type held at ``located``; these again, where a key
    leads back to them."""
    search = _Search(supergraph, _entrances(supergraph, type_name), located)
    return search.found()


def _entrances(supergraph: Supergraph, type_name: str) -> Entrances:
    known = supergraph.memo.get(("entrances", type_name))
    if known is None:
        found: dict[tuple[Need, ...], set[Name]] = {}
        for subgraph, known_as in stands_of(supergraph, type_name):
            for key in supergraph.keys.get((known_as, subgraph), ()):
                if key.resolvable:
                    found.setdefault(key.needs, set()).add((subgraph, known_as))
        known = {needs: frozenset(names) for needs, names in found.items()}
        supergraph.memo[("entrances", type_name)] = known
    return known  # type: ignore[return-value]


class _Search:
    """Each key is opened once, each stand looked at once."""

    def __init__(self, supergraph: Supergraph, entrances: Entrances, located: Iterable[Stand]) -> None:
        self._supergraph = supergraph
        self._closed = dict(entrances)
        self._missing = {need for needs in entrances for need in needs}
        self._located = tuple(located)
        self._names = {stand.name for stand in self._located}
        self._reached = list(self._located)
        self._found: set[Name] = set()

    def found(self) -> frozenset[Name]:
        looked_at = 0
        while self._closed:
            while looked_at < len(self._reached) and self._closed:
                stand = self._reached[looked_at]
                looked_at += 1
                self._missing -= {n for n in self._missing if resolves(self._supergraph, stand, (n,))}
                self._open([needs for needs in self._closed if self._missing.isdisjoint(needs)])
            deep = next((needs for needs in self._closed if self._is_deep(needs)), None)
            if deep is None:
                break
            self._open([deep])
        return frozenset(self._found)

    def _open(self, keys: Iterable[tuple[Need, ...]]) -> None:
        before = self._found | self._names
        for needs in keys:
            self._found |= self._closed.pop(needs)
        if self._closed:
            self._reached.extend(Stand(*target) for target in sorted(self._found - before))

    def _is_deep(self, needs: tuple[Need, ...]) -> bool:
        """Whether parts of the key's own objects can be had from third subgraphs."""
        return any(need.needs for need in needs) and any(
            jumps(self._supergraph, stand, needs) is not None for stand in self._reached
        )
