"""Deferred fragments of an operation, each at each place where it stands. Planner and projection meet the same ones."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from graphql import FragmentSpreadNode, InlineFragmentNode

from federation.defer import Deferring, directive_of, holds, label_of


@dataclass(frozen=True, slots=True, eq=False)
class DeferUsage:
    """A deferred fragment in the selection of the objects at ``path`` (the engine's response keys, without lists and
    types). ``parent`` is the deferred fragment around it; ``number`` counts from 0 as they are met."""

    number: int
    label: str | None
    parent: DeferUsage | None
    path: tuple[str, ...]

    @property
    def chain(self) -> Iterator[DeferUsage]:
        """Itself and those around it, the nearest first."""
        found: DeferUsage | None = self
        while found is not None:
            yield found
            found = found.parent


Within = DeferUsage | None
"""The innermost deferred fragment around a selection; None: it is in the first part."""

FragmentNode = InlineFragmentNode | FragmentSpreadNode
UsageOf = Callable[[Within, FragmentNode], Within]
"""From what is around a fragment to what is around its fields."""


class DeferUsages:
    """All that were met so far, each place once. Without ``deferring`` (see ``compile_operation``) there are none."""

    def __init__(self, deferring: Deferring | None) -> None:
        self._deferring = dict(deferring) if deferring is not None else None
        self._known: dict[tuple[Within, int, tuple[str, ...]], DeferUsage] = {}

    @property
    def met(self) -> tuple[DeferUsage, ...]:
        return tuple(self._known.values())

    def at(self, path: tuple[str, ...]) -> UsageOf:
        """For fragments in a selection of the objects at a path."""

        def usage_of(within: Within, node: FragmentNode) -> Within:
            directive = directive_of(node.directives) if self._deferring is not None else None
            if directive is None or not holds(directive, self._deferring or {}):
                return within
            asked = (within, id(node), path)
            if asked not in self._known:
                self._known[asked] = DeferUsage(len(self._known), label_of(directive), within, path)
            return self._known[asked]

        return usage_of


def outermost(usages: Collection[Within]) -> frozenset[DeferUsage]:
    """What a field asked for in all of these waits for: nothing where one is None; else those that are not within
    another one (GraphQL working draft, BuildExecutionPlan)."""
    if None in usages:
        return frozenset()
    asked = {each for each in usages if each is not None}
    return frozenset(each for each in asked if each.parent is None or asked.isdisjoint(each.parent.chain))
