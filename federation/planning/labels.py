"""Progressive ``@override``: the supergraph as it is while certain labels are active. A field with a guard has one
answering subgraph under any labels; nothing else changes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from federation.supergraph import FieldView, Supergraph, TypeView


def under_labels(supergraph: Supergraph, active: Collection[str]) -> Supergraph:
    """The supergraph with every guard decided."""
    if not supergraph.override_labels:
        return supergraph
    labels = frozenset(active) & frozenset(supergraph.override_labels)
    found = supergraph.memo.get(("labels", labels))
    if found is None:
        found = supergraph.memo[("labels", labels)] = decided(supergraph, labels)
    return found  # type: ignore[return-value]


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
