"""How one gets from subgraphs that hold an entity to one that does not: by which key, through whom.

Depends on the supergraph only, so every answer is kept. Composition's satisfiability check walks the same
routes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from federation.fieldsets import Need
from federation.supergraph import KeyView, Supergraph


@dataclass(frozen=True, slots=True)
class Route:
    """The way into ``subgraph``: ``providers`` hold the parts of the key; ``through`` are the subgraphs to
    visit anew."""

    subgraph: str
    key: KeyView
    providers: tuple[tuple[str, tuple[Need, ...]], ...]
    through: frozenset[str]

    @property
    def cost(self) -> int:
        return len(self.through)


Routes = Mapping[str, Route]


def resolves(supergraph: Supergraph, subgraph: str, type_name: str, needs: tuple[Need, ...]) -> bool:
    """Whether the subgraph itself, without any other's help, answers the whole set on the type."""
    view = supergraph.views[subgraph].get(type_name)
    if view is None:
        return False
    for need in needs:
        if need.name == "__typename":
            continue
        on = supergraph.views[subgraph].get(need.on) if need.on else view
        child = on.fields.get(need.name) if on else None
        if child is None or not child.plain:
            return False
        if need.needs and not resolves(supergraph, subgraph, child.named, need.needs):
            return False
    return True


def routes(supergraph: Supergraph, type_name: str, located: tuple[str, ...]) -> Routes:
    """The cheapest way into every subgraph that can be entered for the type, the located ones included.

    Fewest subgraphs visited anew first; key fields are taken from the first of ``located`` that has them.
    """
    asked = ("routes", type_name, located)
    found = supergraph.memo.get(asked)
    if found is None:
        found = supergraph.memo[asked] = _search(supergraph, type_name, located)
    return found  # type: ignore[return-value]


def _search(supergraph: Supergraph, type_name: str, located: tuple[str, ...]) -> Routes:
    reached: dict[str, frozenset[str]] = {name: frozenset() for name in located}
    found: dict[str, Route] = {}
    changed = True
    while changed:
        changed = False
        for name in supergraph.names:
            for key in supergraph.keys.get((type_name, name), ()):
                route = _enter(supergraph, type_name, name, key, reached) if key.resolvable else None
                if route is None or (name in found and found[name].cost <= route.cost):
                    continue
                found[name] = route
                changed = True
                if name not in located:
                    reached[name] = route.through
    return found


def _enter(
    supergraph: Supergraph, type_name: str, name: str, key: KeyView, reached: Mapping[str, frozenset[str]]
) -> Route | None:
    """The key's fields from one subgraph if one has them all, else each from the nearest."""
    origin = next(iter(reached))
    outside = (r for r, through in reached.items() if name not in through)
    near = sorted(outside, key=lambda r: (len(reached[r]), r == name and r != origin))
    whole = next((r for r in near if resolves(supergraph, r, type_name, key.needs)), None)
    parts: dict[str, tuple[Need, ...]] = {}
    if whole is not None:
        parts[whole] = key.needs
    else:
        for need in key.needs:
            one = next((r for r in near if resolves(supergraph, r, type_name, (need,))), None)
            if one is None:
                return None
            parts[one] = (*parts.get(one, ()), need)
    through = frozenset({name}).union(*(reached[r] for r in parts))
    return Route(name, key, tuple(sorted(parts.items())), through)
