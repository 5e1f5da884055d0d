"""Which fields may not share a response key with their namesakes on sibling types (GraphQL spec, 5.3.2 SameResponseShape).

``... on Dog { name } ... on Cat { name }`` is invalid in a subgraph where one is ``String`` and the other ``String!``. Such
fields get a response key of their own, so that no plan ever contains an invalid selection. It is coarse on purpose: types that
can stand at the same place count as siblings, transitively.
"""

from __future__ import annotations

from collections.abc import Mapping

from federation.supergraph import MergedField, SubgraphView


def clashing_fields(
    views: Mapping[str, SubgraphView],
    possible: Mapping[str, tuple[str, ...]],
    fields: Mapping[str, Mapping[str, MergedField]],
) -> frozenset[str]:
    """Coordinates on object types that need a response key of their own."""
    found: set[str] = set()
    for siblings in _families(possible, fields):
        for view in views.values():
            shapes: dict[str, set[str]] = {}
            for name in siblings:
                for child in view[name].fields.values() if name in view else ():
                    shape = child.type if child.leaf else child.type.replace(child.named, "*")
                    shapes.setdefault(child.name, set()).add(shape)
            clashed = {name for name, different in shapes.items() if len(different) > 1}
            found.update(f"{name}.{c}" for name in siblings for c in clashed if c in fields[name])
    return frozenset(found)


def _families(
    possible: Mapping[str, tuple[str, ...]], fields: Mapping[str, Mapping[str, MergedField]]
) -> list[list[str]]:
    """Object types that can stand at the same place of a response, grouped."""
    leader: dict[str, str] = {}

    def find(name: str) -> str:
        while leader.setdefault(name, name) != name:
            name = leader[name]
        return name

    def unite(names: list[str]) -> bool:
        heads = sorted({find(name) for name in names})
        for head in heads[1:]:
            leader[head] = heads[0]
        return len(heads) > 1

    for objects in possible.values():
        if len(objects) > 1:
            unite(list(objects))
    changed = True
    while changed:
        changed = False
        places: dict[tuple[str, str], list[str]] = {}
        for name in sorted(n for n, objects in possible.items() if objects == (n,)):
            for child in fields[name].values():
                if not child.leaf:
                    places.setdefault((find(name), child.name), []).extend(possible[child.named])
        for objects_at in places.values():
            if len(objects_at) > 1:
                changed |= unite(objects_at)
    groups: dict[str, list[str]] = {}
    for name in sorted(leader):
        groups.setdefault(find(name), []).append(name)
    return [group for group in groups.values() if len(group) > 1]
