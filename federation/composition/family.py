"""What a type is looked at together with: its interfaces; an interface also with all that implements it.

Everything that the rules for a type and its merging look at is in what the subgraphs say of a type of the family
(``digests.py``), or is a fact about a type that the family refers to. So what was worked out for a type holds as long as
these are the same. Whoever lets a rule look further must say so here or there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from federation.composition.draft import BUILT_IN, Draft, named
from federation.composition.source import Kind, SubgraphSource, TypeSource
from federation.memo import Memo


@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """A type and its surroundings: the same object as in the last composition if nothing about them has changed, but for
    where they stand in the SDLs. ``types``: whose declarations they are."""

    name: str
    types: tuple[str, ...]


def families(draft: Draft, memo: Memo) -> list[Family]:
    """One for every type, by name."""
    surroundings = _Surroundings(draft, memo)
    found: list[Family] = []
    for group in _related(draft):
        found.extend(surroundings.families(group))
    return sorted(found, key=lambda family: family.name)


def _related(draft: Draft) -> list[list[str]]:
    """Types that interfaces bind together, directly or not."""
    bound: dict[str, set[str]] = defaultdict(set)
    for name, found in draft.types.items():
        for interface in {i for d in found for i in d.type.interfaces} & draft.types.keys():
            bound[name].add(interface)
            bound[interface].add(name)
    seen: set[str] = set()
    groups: list[list[str]] = []
    for name in draft.types:
        if name not in seen:
            group = _reached(name, bound)
            seen |= group
            groups.append(sorted(group))
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
        self._said: dict[str, object] = {}
        self._facts: dict[str, object] = {}
        self._refers = {s.name: memo.get("refers", (s,), None, partial(_refers, s)) for s in draft.sources}
        order = tuple(source.name for source in draft.sources)
        self._order: object = memo.get("order", (), order, lambda: order)

    def families(self, group: list[str]) -> Iterator[Family]:
        """Of types that are bound together."""
        everyone = tuple(group)
        whole: Family | None = None
        for name in group:
            interfaces = sorted({i for d in self._draft.types[name] for i in d.type.interfaces})
            if len(group) == 1 or not self._looks_further(name, interfaces):
                near = (name, *(i for i in interfaces if i in self._draft.types and i != name))
                yield self._family(name, near)
                continue
            whole = whole or self._family("", everyone)
            yield self._memo.get("member", (whole,), name, partial(Family, name, everyone))

    def _looks_further(self, name: str, interfaces: Iterable[str]) -> bool:
        """An interface looks at what implements it, and so does what has fields by way of an interface object."""
        kinds = {d.type.kind for d in self._draft.types[name]}
        return Kind.INTERFACE in kinds or any(map(self._draft.is_interface_object, interfaces))

    def _family(self, name: str, types: tuple[str, ...]) -> Family:
        said = [self._said_of(each) for each in types]
        return self._memo.get("family", said, name, partial(Family, name, types))

    def _said_of(self, name: str) -> object:
        """The same object as last time if all subgraphs say the same of the type, and the facts are the same."""
        if name not in self._said:
            declared = self._draft.types[name]
            refers: set[str] = set()
            refers.update(*(self._refers[each.subgraph.name][name] for each in declared))
            digests = tuple((each.subgraph.name, each.subgraph.digests[name]) for each in declared)
            parts = (self._order, *map(self._fact, sorted(refers)))
            self._said[name] = self._memo.get("said", parts, (name, digests), object)
        return self._said[name]

    def _fact(self, name: str) -> object:
        """What is looked at of a type that is referred to: the same object as last time where it is the same."""
        if name not in self._facts:
            fact = _fact(self._draft, name)
            self._facts[name] = self._memo.get("fact", (), fact, partial(tuple, fact))
        return self._facts[name]


def _fact(draft: Draft, name: str) -> tuple[Hashable, ...]:
    kind = draft.kind(name)
    kinds = tuple((d.subgraph.name, d.type.kind, d.type.interface_object) for d in draft.types.get(name, ()))
    possible = tuple((s, frozenset(p)) for s, p in draft.possible_in.get(name, {}).items())
    wider = frozenset(draft.possible.get(name, ()))
    hidden = name in draft.hidden, draft.hidden_values(name)
    uses = (name in draft.inputs, name in draft.outputs) if kind is Kind.ENUM else ()
    return kind, kinds, possible, wider, hidden, uses


def _refers(source: SubgraphSource) -> dict[str, frozenset[str]]:
    """By type: itself and the types that it names."""
    return {name: frozenset(_named_by(declared) - BUILT_IN) for name, declared in source.types.items()}


def _named_by(declared: TypeSource) -> set[str]:
    found = {declared.name, *declared.members, *declared.interfaces}
    for child in declared.fields.values():
        found.add(named(child.type))
        found.update(named(given.type) for given in child.arguments.values())
    found.update(named(given.type) for given in declared.inputs.values())
    return found
