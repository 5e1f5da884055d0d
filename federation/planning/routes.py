"""How one gets from subgraphs that hold an entity to one that does not: by which key, through whom.

Depends on the supergraph only, so every answer is kept. Composition asks the same of all objects at once, without
the ways (``enterable.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

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


MOST_ROUTES_KEPT = 50_000
"""Routes that a supergraph's memo holds at once, some hundred bytes each; beyond, it begins anew."""


class Routes(dict[Name, Route]):
    """The way to every stand that can be entered. ``settled``: it stays the same whoever else is located besides."""

    settled = False

    @cached_property
    def entrances(self) -> tuple[tuple[Stand, Route], ...]:
        """The same by stand."""
        return tuple((Stand(*name), route) for name, route in self.items())


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


def ways(supergraph: Supergraph, type_name: str, located: tuple[Stand, ...]) -> Routes:
    """The cheapest way to every stand that can be entered for the type, the located ones included.

    Fewest subgraphs visited anew first; key fields are taken from the first of ``located`` that has them.
    """
    return _known(supergraph, "ways", type_name, located, _enter_deep)


def _shallow_ways(supergraph: Supergraph, type_name: str, located: tuple[Stand, ...]) -> Routes:
    return _known(supergraph, "shallow ways", type_name, located, _enter)


def _known(
    supergraph: Supergraph, what: str, type_name: str, located: tuple[Stand, ...], enter: _Enter
) -> Routes:
    kept: _Kept = supergraph.memo.setdefault(what, _Kept())  # type: ignore[assignment]
    asked = (type_name, located)
    found = kept.get(asked)
    if found is None:
        found = _search(supergraph, type_name, located, enter)
        found.settled = _is_settled(supergraph, type_name, found)
        if kept.routes > MOST_ROUTES_KEPT:
            kept = supergraph.memo[what] = _Kept()
        kept[asked] = found
        kept.routes += 1 + len(found)
    return found


class _Kept(dict[tuple[str, tuple[Stand, ...]], Routes]):
    """By type and located stands; ``routes``: how many in all."""

    routes = 0


def _is_settled(supergraph: Supergraph, type_name: str, found: Routes) -> bool:
    """Whether every stand that has a key is entered by its first one, straight from one of the located."""
    for name in stands_of(supergraph, type_name):
        key = next((k for k in supergraph.keys.get((name[1], name[0]), ()) if k.resolvable), None)
        if key is None:
            continue
        route = found.get(name)
        if route is None or route.key is not key or route.effort > (1, False) or len(route.providers) > 1:
            return False
    return True


class _Reached:
    """The stands reached so far, each with those taken anew on the way; in the order in which they were reached."""

    def __init__(self, located: tuple[Stand, ...]) -> None:
        self.through: dict[Stand, frozenset[Name]] = {stand: frozenset() for stand in located}
        self._origin = located[0]
        self._nearest: list[tuple[Stand, frozenset[Name]]] | None = None

    def add(self, stand: Stand, through: frozenset[Name]) -> None:
        self.through[stand] = through
        self._nearest = None

    def near(self, target: Name) -> Iterator[Stand]:
        """Those from which to enter, nearest first; the target itself, where it is located, after the others located,
        unless all began there."""
        if self._nearest is None:
            self._nearest = sorted(self.through.items(), key=lambda each: len(each[1]))
        again: list[Stand] = []
        for stand, through in self._nearest:
            if through and again:
                yield from again
                again = []
            if not through and stand.name == target and stand is not self._origin:
                again.append(stand)
            elif target not in through:
                yield stand
        yield from again


_Enter = Callable[[Supergraph, Name, KeyView, _Reached], Route | None]


def _search(supergraph: Supergraph, type_name: str, located: tuple[Stand, ...], enter: _Enter) -> Routes:
    reached = _Reached(located)
    names = {stand.name for stand in located}
    found = Routes()
    changed = True
    while changed:
        changed = False
        for target in stands_of(supergraph, type_name):
            for key in supergraph.keys.get((target[1], target[0]), ()):
                if target in found and found[target].effort == _LEAST_EFFORT:
                    break
                route = enter(supergraph, target, key, reached) if key.resolvable else None
                if route is None or (target in found and found[target].effort <= route.effort):
                    continue
                found[target] = route
                changed = True
                if target not in names:
                    reached.add(Stand(*target), route.through)
    return found


_LEAST_EFFORT = (1, False)


def _enter_deep(supergraph: Supergraph, target: Name, key: KeyView, reached: _Reached) -> Route | None:
    """As ``_enter``, else by a key whose objects have parts that a third subgraph gives."""
    found = _enter(supergraph, target, key, reached)
    if found is not None or not any(need.needs for need in key.needs):
        return found
    for stand, before in reached.through.items():
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


def _enter(supergraph: Supergraph, target: Name, key: KeyView, reached: _Reached) -> Route | None:
    """The key's fields from one stand if one has them all, else each from the nearest."""
    whole = next((s for s in reached.near(target) if resolves(supergraph, s, key.needs)), None)
    parts: dict[Stand, tuple[Need, ...]] = {}
    if whole is not None:
        parts[whole] = key.needs
    else:
        near = list(reached.near(target))
        for need in key.needs:
            one = next((s for s in near if resolves(supergraph, s, (need,))), None)
            if one is None:
                return None
            parts[one] = (*parts.get(one, ()), need)
    through = frozenset({target}).union(*(reached.through[stand] for stand in parts))
    providers = sorted((stand.name, needs) for stand, needs in parts.items())
    return Route(target, key, tuple(providers), through)
