"""Which contextual arguments can be filled below an object: by contexts that it sets, or that something above it set.
It knows no subgraph and asks what can be had."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from federation.fieldsets import Need
from federation.supergraph import Supergraph

Filling = tuple[str, tuple[Need, ...]]
"""A context and what an argument takes from it."""


class ContextsAbove:
    """The fillings that types have to do with, in one supergraph."""

    def __init__(self, supergraph: Supergraph) -> None:
        self._by_type = _by_type(supergraph)

    def set_by(self, type_name: str) -> Sequence[Filling]:
        """What has to do with a context that objects of the type set: below them the nearest setter counts, whether
        one gets the values there or not."""
        return self._by_type.get(type_name, ())


def _by_type(supergraph: Supergraph) -> Mapping[str, list[Filling]]:
    """By object type: the fillings whose context it sets."""
    fillings = dict.fromkeys(
        (given.context, given.needs)
        for view in supergraph.views.values()
        for kind in view.values()
        for child in kind.fields.values()
        for given in child.contextual
    )
    found: dict[str, list[Filling]] = {}
    for filling in fillings:
        for name in supergraph.contexts.get(filling[0], frozenset()):
            found.setdefault(name, []).append(filling)
    return found
