"""Fields asked for on each object type of an interface, as keys are, folded back to the interface: smaller requests, the
same answers. Done when a step's selection is final; no request is added or saved by it."""

from __future__ import annotations

from collections.abc import Iterator

from federation.planning.draft import Chosen, Node
from federation.planning.operation import ALWAYS
from federation.supergraph import SubgraphView


def fold(view: SubgraphView, node: Node) -> None:
    """Fold a selection of the subgraph, at every level of it."""
    for chosen in node.fields.values():
        if chosen.below is not None:
            fold(view, chosen.below)
    for inner in node.by_type.values():
        fold(view, inner)
    kind = view.get(node.type)
    if kind is None or not kind.abstract or not kind.fields or not kind.possible:
        return
    if not node.by_type.keys() >= {*kind.possible}:
        return
    parts = [node.by_type[name] for name in kind.possible]
    for chosen in list(_shared(view, node.type, parts)):
        _move(chosen, parts, node)
    if all(part.typename for part in parts):
        node.typename = True
        for part in parts:
            part.typename = False
    for name, part in zip(kind.possible, parts, strict=True):
        if not (part.fields or part.by_type or part.typename):
            del node.by_type[name]


def _shared(view: SubgraphView, interface: str, parts: list[Node]) -> Iterator[Chosen]:
    """What all object types are asked for alike, and the interface has with the same type. Not with arguments, which the
    interface's field may lack, and not under conditions."""
    first, *others = parts
    for at, chosen in first.fields.items():
        if chosen.conditions == ALWAYS and not chosen.arguments:
            field = view[interface].fields.get(chosen.name)
            alike = all(_same(chosen, part.fields.get(at)) for part in others)
            if field is not None and alike:
                types = {view[part.type].fields[chosen.name].type for part in parts}
                if types == {field.type}:
                    yield chosen


def _move(chosen: Chosen, parts: list[Node], node: Node) -> None:
    at = (chosen.key, chosen.conditions)
    for part in parts:
        del part.fields[at]
    mine = node.fields.setdefault(at, chosen)
    if mine is not chosen and mine.below is not None and chosen.below is not None:
        mine.below.add(chosen.below)


def _same(one: Chosen, other: Chosen | None) -> bool:
    return (
        other is not None
        and (one.name, one.key, one.arguments, one.conditions)
        == (other.name, other.key, other.arguments, other.conditions)
        and _same_below(one.below, other.below)
    )


def _same_below(one: Node | None, other: Node | None) -> bool:
    if one is None or other is None:
        return one is other
    return (
        (one.type, one.typename) == (other.type, other.typename)
        and one.fields.keys() == other.fields.keys()
        and one.by_type.keys() == other.by_type.keys()
        and all(_same(chosen, other.fields[at]) for at, chosen in one.fields.items())
        and all(_same_below(part, other.by_type[name]) for name, part in one.by_type.items())
    )
