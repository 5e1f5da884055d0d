"""Progressive ``@override``: the supergraph as it is while certain labels are active. A field with a guard has one
answering subgraph under any labels; nothing else changes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from federation.fieldsets import Need
from federation.supergraph import Coordinate, FieldView, Supergraph, TypeView

MOST_KEPT = 64
"""Graphs under labels. Beyond, one is decided for each plan."""


def labels_met(supergraph: Supergraph, coordinates: Iterable[Coordinate]) -> frozenset[str]:
    """The labels that can make a difference to an operation of these coordinates: those of fields that are called like one of
    its fields, or like one that keys, requirements and contexts use."""
    if not supergraph.override_labels:
        return frozenset()
    guarded, read = _names(supergraph)
    names = read.union(coordinate.partition(".")[2] for coordinate in coordinates)
    return frozenset(label for label, called in guarded.items() if not called.isdisjoint(names))


def _names(supergraph: Supergraph) -> tuple[Mapping[str, set[str]], frozenset[str]]:
    """The names of each label's fields, and of the fields that are read without a client's asking."""
    found = supergraph.memo.get("names under labels")
    if found is None:
        guarded: dict[str, set[str]] = {}
        read = set(supergraph.reserved)
        for child in (
            c for types in supergraph.views.values() for v in types.values() for c in v.fields.values()
        ):
            if child.guard is not None:
                guarded.setdefault(child.guard.label, set()).add(child.name)
            for argument in child.contextual:
                read.update(_named(argument.needs))
        found = supergraph.memo["names under labels"] = (guarded, frozenset(read))
    return found  # type: ignore[return-value]


def _named(needs: Iterable[Need]) -> Iterator[str]:
    for need in needs:
        yield need.name
        yield from _named(need.needs)


def under_labels(supergraph: Supergraph, active: Collection[str]) -> Supergraph:
    """The supergraph with every guard decided."""
    if not supergraph.override_labels:
        return supergraph
    labels = frozenset(active) & frozenset(supergraph.override_labels)
    kept: dict[frozenset[str], Supergraph] = supergraph.memo.setdefault("labels", {})  # type: ignore[assignment]
    found = kept.get(labels)
    if found is None:
        found = decided(supergraph, labels)
        if len(kept) < MOST_KEPT:
            kept[labels] = found
    return found


def decided(supergraph: Supergraph, labels: frozenset[str]) -> Supergraph:
    """The same, not kept."""
    views = {
        subgraph: {name: _type(view, labels) for name, view in types.items()}
        for subgraph, types in supergraph.views.items()
    }
    return replace(supergraph, views=views, memo={})


def _type(view: TypeView, labels: frozenset[str]) -> TypeView:
    if all(child.guard is None for child in view.fields.values()):
        return view
    fields: Mapping[str, FieldView] = {name: _field(child, labels) for name, child in view.fields.items()}
    return replace(view, fields=fields)


def _field(child: FieldView, labels: frozenset[str]) -> FieldView:
    guard = child.guard
    if guard is None:
        return child
    answers = child.answers and guard.active is (guard.label in labels)
    return replace(child, answers=answers, guard=None)
