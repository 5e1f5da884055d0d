"""A plan in the making: steps and their selections, changeable until the plan is built. It decides nothing
itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from graphql import ArgumentNode, OperationType, print_ast

from federation.fieldsets import Need
from federation.planning.defers import Within
from federation.planning.operation import ALWAYS, ROOTS, Conditions
from federation.planning.wanted import Wanted

LIST = "@"
QUERY = ROOTS[OperationType.QUERY]

Segment = str | frozenset[str]
"""A response key, ``@`` (every item of a list), or the object types to which the path narrows."""

Path = tuple[Segment, ...]


@dataclass(slots=True, eq=False)
class Chosen:
    """A field in a step's selection; ``conditions`` are relative to the node it stands in."""

    name: str
    key: str
    arguments: tuple[ArgumentNode, ...]
    conditions: Conditions
    below: Node | None


@dataclass(slots=True, eq=False)
class Node:
    """A selection on a type; ``base`` are the conditions under which it exists at all."""

    type: str
    base: Conditions = ALWAYS
    fields: dict[tuple[str, Conditions], Chosen] = field(default_factory=dict)
    by_type: dict[str, Node] = field(default_factory=dict)
    typename: bool = False

    def choose(self, wanted: Wanted, conditions: Conditions, child_type: str | None) -> Node | None:
        """Add the field; ``conditions`` counted from the root. The node below it, for a composite field."""
        relative = conditions - self.base
        if child_type is None and (wanted.key, ALWAYS) in self.fields:
            return None
        chosen = self.fields.get((wanted.key, relative))
        if chosen is None:
            below = Node(child_type, conditions) if child_type is not None else None
            chosen = Chosen(wanted.name, wanted.key, wanted.arguments, relative, below)
            self.fields[(wanted.key, relative)] = chosen
            if child_type is None and relative == ALWAYS:
                self._absorb(wanted.key)
        return chosen.below

    def fragment(self, type_name: str) -> Node:
        """The part for one object type of an abstract one."""
        return self.by_type.setdefault(type_name, Node(type_name, self.base))

    def add(self, other: Node) -> None:
        """Take over all of another node at the same place."""
        self.typename |= other.typename
        for at, chosen in other.fields.items():
            mine = self.fields.get(at)
            if mine is None:
                self.fields[at] = chosen
            elif mine.below is not None and chosen.below is not None:
                mine.below.add(chosen.below)
        for name, node in other.by_type.items():
            if name in self.by_type:
                self.by_type[name].add(node)
            else:
                self.by_type[name] = node

    def _absorb(self, key: str) -> None:
        for at in [at for at in self.fields if at[0] == key and at[1]]:
            del self.fields[at]


@dataclass(frozen=True, slots=True)
class ValueSource:
    """Objects of type ``of`` at ``path``, an object's own path cut off somewhere, and what is taken of them: one leaf.
    ``types``: only of these object types; empty: alike of all."""

    path: Path
    of: str
    types: tuple[str, ...]
    needs: tuple[Need, ...]


@dataclass(frozen=True, slots=True)
class Filled:
    """An argument that is filled from a context, by a ``variable`` of the subgraph's ``type``; of several ``sources``
    the first that has the object's type counts."""

    argument: str
    variable: str
    type: str
    sources: tuple[ValueSource, ...]


@dataclass(slots=True, eq=False)
class Entry:
    """Where a step's entities come from: objects of type ``of`` at ``path``, represented as ``type`` (an interface
    that the subgraph knows as an object, else the same). ``reasons``: run if one of them holds. ``filled``: by
    variable, what differs from entity to entity."""

    path: Path
    type: str
    of: str
    keys: dict[Need, None] = field(default_factory=dict)
    requires: dict[Need, None] = field(default_factory=dict)
    reasons: set[Conditions] = field(default_factory=set)
    filled: dict[str, Filled] = field(default_factory=dict)

    def because(self, conditions: Conditions) -> None:
        if ALWAYS not in self.reasons:
            if conditions == ALWAYS:
                self.reasons.clear()
            self.reasons.add(conditions)

    def add(self, other: Entry) -> None:
        """Take over another entry of the same objects."""
        self.keys.update(other.keys)
        self.requires.update(other.requires)
        self.filled.update(other.filled)
        for reason in other.reasons:
            self.because(reason)


@dataclass(slots=True, eq=False)
class Step:
    """One visit to a subgraph. A root step has one entry without a path, and its fields in ``node``
    itself."""

    subgraph: str
    node: Node
    entries: list[Entry]
    is_root: bool
    act: int
    """Which root mutation field this belongs to; 0 throughout a query."""
    depends: set[Step] = field(default_factory=set)
    defer: Within = None
    """The deferred fragment that it is for."""

    @property
    def contextual(self) -> frozenset[str]:
        """The variables that contexts fill; steps that differ in them stay apart."""
        return frozenset(name for entry in self.entries for name in entry.filled)

    @property
    def is_rooted(self) -> bool:
        """The query root again, met as the value of a field (``mutation { pay { query { me } } }``): asked without a key."""
        return not self.is_root and self.entries[0].type == QUERY

    def needs(self, other: Step) -> bool:
        """Whether ``other`` must have run before this, directly or not (or is this)."""
        waiting, seen = [self], set[Step]()
        while waiting:
            step = waiting.pop()
            if step is other:
                return True
            if step not in seen:
                seen.add(step)
                waiting.extend(step.depends)
        return False


def at_odds(needs: Collection[Need], others: Iterable[Need]) -> bool:
    """Whether one representation cannot hold both: the same field with different arguments, at any depth."""
    mine = {need.name: need for need in needs}
    return any(
        need.name in mine
        and (
            _text(need) != _text(mine[need.name])
            or at_odds([n for each in needs if each.name == need.name for n in each.needs], need.needs)
        )
        for need in others
    )


def _text(need: Need) -> list[str]:
    return sorted(map(print_ast, need.arguments))


def depths(steps: Iterable[Step]) -> dict[Step, int]:
    """The wave in which each step can run at the earliest, from 0."""
    found: dict[Step, int] = {}

    def depth(step: Step) -> int:
        if step not in found:
            found[step] = 1 + max(map(depth, step.depends), default=-1)
        return found[step]

    for step in steps:
        depth(step)
    return found
