"""How one gets from subgraphs that hold an entity to one that does not: by which key, through whom.

Depends on the supergraph only, so every answer is kept. Composition asks the same of all objects at once, without
the ways (``enterable.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from federation.fieldsets import Need
from federation.planning.stands import Name, Stand, answered, below, narrowed, stands_of
from federation.supergraph import KeyView, Supergraph


@dataclass(frozen=True, slots=True)
class Route:
    """The way to ``target``: ``providers`` hold the parts of the key; ``through`` are the stands to take anew.
    ``deep``: within the key's objects other subgraphs must be asked for parts of them."""

    target: Name
    key: KeyView
    providers: tuple[tuple[Name, tuple[Need, ...]], ...]
    through: frozenset[Name]
    deep: bool = False

    @property
    def cost(self) -> int:
        return len(self.through)

    @property
    def effort(self) -> tuple[int, bool]:
        """For ranking: of equal cost, rather one that needs nobody else within the key's objects."""
        return self.cost, self.deep


Routes = Mapping[Name, Route]


def resolves(supergraph: Supergraph, stand: Stand, needs: tuple[Need, ...]) -> bool:
    """Whether the subgraph itself, without any other's help, answers the whole set here."""
    view = supergraph.views[stand.subgraph].get(stand.type)
    if view is None:
        return False
    for need in needs:
        if need.name == "__typename":
            continue
        here = narrowed(stand, need.on) if need.on else stand
        child = answered(supergraph, here, need.name)
        if child is None:
            return False
        if need.needs and not resolves(supergraph, below(supergraph, here, child), need.needs):
            return False
    return True


def routes(supergraph: Supergraph, type_name: str, located: tuple[str, ...]) -> Mapping[str, Route]:
    """As ``ways``, between subgraphs that know the type by its own name."""
    found = ways(supergraph, type_name, tuple(Stand(name, type_name) for name in located))
    return {name: route for (name, known_as), route in found.items() if known_as == type_name}


def ways(supergraph: Supergraph, type_name: str, located: tuple[Stand, ...]) -> Routes:
    """The cheapest way to every stand that can be entered for the type, the located ones included.

    Fewest subgraphs visited anew first; key fields are taken from the first of ``located`` that has them.
    """
    asked = ("ways", type_name, located)
    found = supergraph.memo.get(asked)
    if found is None:
        found = supergraph.memo[asked] = _search(supergraph, type_name, located, _enter_deep)
    return found  # type: ignore[return-value]


def _shallow_ways(supergraph: Supergraph, type_name: str, located: tuple[Stand, ...]) -> Routes:
    asked = ("shallow ways", type_name, located)
    found = supergraph.memo.get(asked)
    if found is None:
        found = supergraph.memo[asked] = _search(supergraph, type_name, located, _enter)
    return found  # type: ignore[return-value]


Reached = Mapping[Stand, frozenset[Name]]


def _search(
    supergraph: Supergraph,
    type_name: str,
    located: tuple[Stand, ...],
    enter: Callable[[Supergraph, Name, KeyView, Reached], Route | None],
) -> Routes:
    reached: dict[Stand, frozenset[Name]] = {stand: frozenset() for stand in located}
    names = {stand.name for stand in located}
    found: dict[Name, Route] = {}
    changed = True
    while changed:
        changed = False
        for target in stands_of(supergraph, type_name):
            for key in supergraph.keys.get((target[1], target[0]), ()):
                route = enter(supergraph, target, key, reached) if key.resolvable else None
                if route is None or (target in found and found[target].effort <= route.effort):
                    continue
                found[target] = route
                changed = True
                if target not in names:
                    reached[Stand(*target)] = route.through
    return found


def _enter_deep(supergraph: Supergraph, target: Name, key: KeyView, reached: Reached) -> Route | None:
    """As ``_enter``, else by a key whose objects have parts that a third subgraph gives."""
    found = _enter(supergraph, target, key, reached)
    if found is not None or not any(need.needs for need in key.needs):
        return found
    for stand, before in reached.items():
        visited = jumps(supergraph, stand, key.needs) if target not in before else None
        if visited is not None:
            return Route(target, key, ((stand.name, key.needs),), before | visited | {target}, deep=True)
    return None


def jumps(supergraph: Supergraph, stand: Stand, needs: tuple[Need, ...]) -> frozenset[Name] | None:
    """Whom to visit, besides the stand's own subgraph, for the whole set; None where it cannot be had."""
    found: frozenset[Name] = frozenset()
    for need in needs:
        here = narrowed(stand, need.on) if need.on else stand
        child = answered(supergraph, here, need.name)
        if child is None:
            known = _shallow_ways(supergraph, here.type, (here,))
            able = [r for name, r in known.items() if resolves(supergraph, Stand(*name), (need,))]
            if not able:
                return None
            found |= min(able, key=lambda route: (route.cost, route.target)).through
        elif need.needs:
            inner = jumps(supergraph, below(supergraph, here, child), need.needs)
            if inner is None:
                return None
            found |= inner
    return found


def _enter(supergraph: Supergraph, target: Name, key: KeyView, reached: Reached) -> Route | None:
    """The key's fields from one stand if one has them all, else each from the nearest."""
    origin = next(iter(reached))
    outside = (stand for stand, through in reached.items() if target not in through)
    near = sorted(outside, key=lambda s: (len(reached[s]), s.name == target and s is not origin))
    whole = next((s for s in near if resolves(supergraph, s, key.needs)), None)
    parts: dict[Stand, tuple[Need, ...]] = {}
    if whole is not None:
        parts[whole] = key.needs
    else:
        for need in key.needs:
            one = next((s for s in near if resolves(supergraph, s, (need,))), None)
            if one is None:
                return None
            parts[one] = (*parts.get(one, ()), need)
    through = frozenset({target}).union(*(reached[stand] for stand in parts))
    providers = sorted((stand.name, needs) for stand, needs in parts.items())
    return Route(target, key, tuple(providers), through)
