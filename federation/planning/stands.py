"""What one subgraph answers about an object at one place: by which name it knows the type, and what was provided.

A type is known by its own name or, where the subgraph has an interface of it as an ``@interfaceObject``, by that
interface's. ``@provides`` (federation spec) widens what is answered below one field only, so it is part of the
stand, not of the subgraph. Nothing here chooses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from federation.fieldsets import Need
from federation.supergraph import FieldView, Supergraph, TypeView

Name = tuple[str, str]
"""(subgraph, type as it is named there)."""


@dataclass(frozen=True, slots=True)
class Stand:
    """A subgraph that holds an object, as ``type``; ``provided`` are fields it answers here beyond its own."""

    subgraph: str
    type: str
    provided: tuple[Need, ...] = ()

    @property
    def name(self) -> Name:
        return self.subgraph, self.type


def view_of(supergraph: Supergraph, stand: Stand) -> TypeView:
    return supergraph.views[stand.subgraph][stand.type]


def answered(supergraph: Supergraph, stand: Stand, field: str) -> FieldView | None:
    """The field, if it can be asked for right here."""
    view = supergraph.views[stand.subgraph].get(stand.type)
    child = view.fields.get(field) if view is not None else None
    if child is None or child.plain:
        return child
    return child if _provided(supergraph, stand, field) else None


def below(supergraph: Supergraph, stand: Stand, child: FieldView) -> Stand:
    """Where one stands after descending into a composite field."""
    inner = [n for need in _provided(supergraph, stand, child.name) for n in need.needs]
    return Stand(stand.subgraph, child.named, (*inner, *child.provides))


def narrowed(stand: Stand, object_type: str) -> Stand:
    return Stand(stand.subgraph, object_type, stand.provided)


def stands_of(supergraph: Supergraph, type_name: str) -> tuple[Name, ...]:
    """Everybody who knows the type, itself or as an interface object."""
    found = supergraph.memo.get(("stands", type_name))
    if found is None:
        found = supergraph.memo[("stands", type_name)] = tuple(_stands(supergraph, type_name))
    return found  # type: ignore[return-value]


def _stands(supergraph: Supergraph, type_name: str) -> list[Name]:
    found = [(subgraph, type_name) for subgraph in _holders(supergraph).get(type_name, ())]
    for interface, subgraphs in sorted(supergraph.interface_objects.items()):
        if interface != type_name and type_name in supergraph.possible.get(interface, ()):
            found.extend((s, interface) for s in subgraphs if type_name not in supergraph.views[s])
    return found


def _holders(supergraph: Supergraph) -> Mapping[str, list[str]]:
    """By type: who has it by its own name."""
    known = supergraph.memo.get("holders")
    if known is None:
        found: dict[str, list[str]] = {}
        for subgraph in supergraph.names:
            for name in supergraph.views[subgraph]:
                found.setdefault(name, []).append(subgraph)
        known = supergraph.memo["holders"] = found
    return known  # type: ignore[return-value]


def _provided(supergraph: Supergraph, stand: Stand, field: str) -> list[Need]:
    return [
        need
        for need in stand.provided
        if need.name == field
        and (need.on in (None, stand.type) or stand.type in supergraph.possible.get(need.on or "", ()))
    ]
