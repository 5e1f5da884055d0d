"""What the rules about field sets share: walking a set against its subgraph's types. It yields sentences,
not objections."""

from __future__ import annotations

from collections.abc import Iterator

from federation.composition.draft import named
from federation.composition.source import Kind, SubgraphSource, TypeSource
from federation.fieldsets import Need


def faults(source: SubgraphSource, declared: TypeSource, needs: tuple[Need, ...]) -> Iterator[str]:
    """What is wrong with the set on this type in this subgraph."""
    for need in needs:
        yield from _fault(source, source.types.get(need.on, declared) if need.on else declared, need)


def _fault(source: SubgraphSource, declared: TypeSource, need: Need) -> Iterator[str]:
    if need.name == "__typename":
        return
    child = declared.fields.get(need.name)
    if child is None:
        yield f'{source.name} has no field "{declared.name}.{need.name}"'
        return
    inner = source.types.get(named(child.type))
    composite = inner is not None and inner.kind in (Kind.OBJECT, Kind.INTERFACE, Kind.UNION)
    if composite and not need.needs:
        yield f'"{declared.name}.{need.name}" is an object and needs a selection'
    elif need.needs and not composite:
        yield f'"{declared.name}.{need.name}" is a leaf and takes no selection'
    elif need.needs and inner is not None:
        yield from faults(source, inner, need.needs)
