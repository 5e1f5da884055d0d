"""Types that must be looked at together: an interface, what implements it, and what these have in common with nothing else.

Everything that the rules for types and their merging look at is of the family, or told by it as a mark, a fact or a use. So
what was worked out for a family holds as long as these are the same. Whoever lets a rule look further must say so here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass

from federation.composition.draft import BUILT_IN, Declared, Draft, named
from federation.composition.source import TypeSource
from federation.memo import Memo


@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """``types``: names, sorted. Equal to the same family of the last composition if nothing about it has changed."""

    types: tuple[str, ...]


def families(draft: Draft, memo: Memo) -> Iterator[Family]:
    """All types of the draft, each in one family."""
    surroundings = _Surroundings(draft, memo)
    for types in _related(draft):
        yield surroundings.family(types)


def _related(draft: Draft) -> list[tuple[str, ...]]:
    """Types that interfaces bind together, directly or not."""
    bound: dict[str, set[str]] = defaultdict(set)
    for name, found in draft.types.items():
        for interface in {i for d in found for i in d.type.interfaces} & draft.types.keys():
            bound[name].add(interface)
            bound[interface].add(name)
    seen: set[str] = set()
    groups: list[tuple[str, ...]] = []
    for name in draft.types:
        if name not in seen:
            group = _reached(name, bound)
            seen |= group
            groups.append(tuple(sorted(group)))
    return groups


def _reached(name: str, bound: dict[str, set[str]]) -> set[str]:
    group, waiting = {name}, [name]
    while waiting:
        for other in bound.get(waiting.pop(), ()):
            if other not in group:
                group.add(other)
                waiting.append(other)
    return group


class _Surroundings:
    def __init__(self, draft: Draft, memo: Memo) -> None:
        self._draft = draft
        self._memo = memo
        self._facts: dict[str, Hashable] = {}
        self._marks: dict[str, list[Hashable]] = defaultdict(list)
        self._note(draft.overridden, "overridden")
        self._note(draft.guarded, "guarded")
        self._note(draft.provided, "provided")
        order = tuple(source.name for source in draft.sources)
        self._order: object = memo.get("order", (), order, lambda: order)

    def _note(self, found: Iterable[tuple[str, str, str]], what: str) -> None:
        for at in sorted(found):
            label = self._draft.guarded[at] if what == "guarded" else ""
            self._marks[at[1]].append((what, at, label))

    def family(self, types: tuple[str, ...]) -> Family:
        declared = [each for name in types for each in self._draft.types[name]]
        parts = [self._order, *(each.type for each in declared)]
        under = (
            types,
            tuple(mark for name in types for mark in self._marks.get(name, ())),
            tuple((name in self._draft.inputs, name in self._draft.outputs) for name in types),
            tuple(fact for each in declared for fact in self._facts_of(each)),
        )
        return self._memo.get("family", parts, under, lambda: Family(types))

    def _facts_of(self, declared: Declared) -> Iterator[Hashable]:
        source = declared.type
        for name in self._memo.get("refers", (source,), None, lambda: tuple(sorted(_refers(source)))):
            if name not in self._facts:
                draft = self._draft
                possible = draft.possible.get(name)
                hidden = name in draft.hidden
                self._facts[name] = (draft.kind(name), hidden, frozenset(possible) if possible else None)
            yield self._facts[name]


def _refers(source: TypeSource) -> set[str]:
    found = {source.name, *source.members, *source.interfaces}
    for child in source.fields.values():
        found.add(named(child.type))
        found.update(named(given.type) for given in child.arguments.values())
    found.update(named(given.type) for given in source.inputs.values())
    return found - BUILT_IN
