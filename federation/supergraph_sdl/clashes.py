"""Which fields may not share a response key with their namesakes on sibling types (GraphQL spec, 5.3.2
SameResponseShape).

``... on Dog { name } ... on Cat { name }`` is invalid in a subgraph where one is ``String`` and the other
``String!``. Such fields get a response key of their own, so that no plan ever contains an invalid selection.
It is coarse on purpose: types that can stand at the same place count as siblings, transitively.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from federation.supergraph import MergedField, SubgraphView


def clashing_fields(
    views: Mapping[str, SubgraphView],
    possible: Mapping[str, tuple[str, ...]],
    fields: Mapping[str, Mapping[str, MergedField]],
) -> frozenset[str]:
    """Coordinates on object types that need a response key of their own."""
    groups = _families(possible, fields)
    group_of = {name: number for number, siblings in enumerate(groups) for name in siblings}
    found: set[str] = set()
    for view in views.values():
        shapes: dict[tuple[int, str], set[str]] = {}
        for name in view.keys() & group_of.keys():
            for child in view[name].fields.values():
                shape = child.type if child.leaf else child.type.replace(child.named, "*")
                shapes.setdefault((group_of[name], child.name), set()).add(shape)
        for (group, clashed), different in shapes.items():
            if len(different) > 1:
                found.update(f"{name}.{clashed}" for name in groups[group] if clashed in fields[name])
    return frozenset(found)


def _families(
    possible: Mapping[str, tuple[str, ...]], fields: Mapping[str, Mapping[str, MergedField]]
) -> list[list[str]]:
    """Object types that can stand at the same place of a response, grouped."""
    groups = _Groups()
    for objects in possible.values():
        groups.unite(objects)
    changed = True
    while changed:
        places: dict[tuple[str, str], list[str]] = {}
        for name in sorted(n for n, objects in possible.items() if objects == (n,)):
            for child in fields[name].values():
                if not child.leaf:
                    at = (groups.leader(name), child.name)
                    places.setdefault(at, []).extend(possible[child.named])
        united = [groups.unite(objects) for objects in places.values()]
        changed = any(united)
    return groups.found()


class _Groups:
    """Disjoint sets of names."""

    def __init__(self) -> None:
        self._leaders: dict[str, str] = {}

    def leader(self, name: str) -> str:
        while self._leaders.setdefault(name, name) != name:
            name = self._leaders[name]
        return name

    def unite(self, names: Iterable[str]) -> bool:
        """One group of them all; whether they were not one before."""
        heads = sorted({self.leader(name) for name in names})
        for head in heads[1:]:
            self._leaders[head] = heads[0]
        return len(heads) > 1

    def found(self) -> list[list[str]]:
        groups: dict[str, list[str]] = {}
        for name in sorted(self._leaders):
            groups.setdefault(self.leader(name), []).append(name)
        return [group for group in groups.values() if len(group) > 1]
