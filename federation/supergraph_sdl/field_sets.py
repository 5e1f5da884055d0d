"""What the field sets of a supergraph (``key``, ``requires``, ``provides``) name that the graph does not have. Composition never
writes such; a supergraph made by others may."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from federation.fieldsets import Need
from federation.supergraph import MergedField, SubgraphView

Fields = Mapping[str, Mapping[str, MergedField]]
"""By type and name, all of the graph's composite types."""


def faults(views: Mapping[str, SubgraphView], fields: Fields) -> Iterator[str]:
    """A sentence for each."""
    for subgraph, view in views.items():
        for kind in view.values():
            for key in kind.keys:
                yield from _of(f'key "{key}" of {kind.name} in {subgraph}', kind.name, key.needs, fields)
            for child in kind.fields.values():
                at = f"{kind.name}.{child.name} in {subgraph}"
                yield from _of(f"requires of {at}", kind.name, child.requires, fields)
                yield from _of(f"provides of {at}", child.named, child.provides, fields)


def _of(what: str, name: str, needs: tuple[Need, ...], fields: Fields) -> Iterator[str]:
    for need in needs:
        on = need.on or name
        if on not in fields:
            yield f'the {what} names the type "{on}", which has no fields in the graph'
        elif need.name != "__typename":
            yield from _field(what, on, need, fields)


def _field(what: str, on: str, need: Need, fields: Fields) -> Iterator[str]:
    found = fields[on].get(need.name)
    if found is None:
        yield f'the {what} names "{on}.{need.name}", which the graph does not have'
    elif found.leaf != (not need.needs):
        yield f'the {what} names "{on}.{need.name}" {"with" if found.leaf else "without"} fields of its own'
    else:
        yield from _of(what, found.named, need.needs, fields)
