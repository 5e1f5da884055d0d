"""Subgraphs in the making: types and fields that features put into them, printed as SDL at the end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random

from tests.federation.contexts import CONTEXT_LINK
from tests.federation.in_memory import LINK

KINDS = ("Ant", "Bee", "Cow")
"""The entity types. Every subgraph of ``Draft.names`` has them all."""


@dataclass
class DraftType:
    """A type in one subgraph."""

    keyword: str = "type"
    implements: list[str] = field(default_factory=list)
    directives: list[str] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    """Name → the whole definition."""

    def text(self, name: str) -> str:
        says = f" implements {' & '.join(self.implements)}" if self.implements else ""
        marks = "".join(f" {each}" for each in dict.fromkeys(self.directives))
        lines = "".join(f"\n  {each}" for each in self.fields.values())
        return f"{self.keyword} {name}{says}{marks} {{{lines}\n}}"


@dataclass
class Draft:
    """All subgraphs. ``home`` can be entered for every kind by every key."""

    dice: Random
    names: tuple[str, ...]
    home: str
    types: dict[tuple[str, str], DraftType] = field(default_factory=dict)
    others: dict[str, dict[str, str]] = field(default_factory=dict)
    """Definitions of other sorts by subgraph and name."""
    answers: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    """(type, field) → the subgraphs that answer it."""
    declared: dict[tuple[str, str], str] = field(default_factory=dict)
    """(type, field) → arguments and type."""
    target: dict[tuple[str, str], str] = field(default_factory=dict)
    """(type, link) → the type it leads to."""
    stubs: set[tuple[str, str]] = field(default_factory=set)
    """(subgraph, kind): only a reference there."""
    renamed: dict[str, dict[str, str]] = field(default_factory=dict)
    """Subgraph → root type → what it is called there."""
    version_one: set[str] = field(default_factory=set)
    contextual: set[str] = field(default_factory=set)
    """Subgraphs that set contexts."""

    def chance(self, share: float) -> bool:
        return self.dice.random() < share

    def at(self, subgraph: str, name: str) -> DraftType:
        return self.types.setdefault((subgraph, name), DraftType())

    def has(self, subgraph: str, name: str, child: str) -> bool:
        """Whether a subgraph declares the field, in whatever way."""
        return (subgraph, name) in self.types and child in self.types[subgraph, name].fields

    def is_foreign(self, subgraph: str, name: str, child: str) -> bool:
        """Whether the field is another's, and may be declared here as such."""
        declared = (
            self.types[subgraph, name].fields.get(child, "@external")
            if (subgraph, name) in self.types
            else ""
        )
        return "@external" in declared and (subgraph, name) not in self.stubs

    def able(self, name: str) -> list[str]:
        """Subgraphs that may answer fields of a type."""
        return [each for each in self.names if (each, name) not in self.stubs]

    def some(self, among: Iterable[str], most: int = 2) -> tuple[str, ...]:
        found = list(among)
        return tuple(sorted(self.dice.sample(found, min(len(found), self.dice.randint(1, most)))))

    def put(
        self, owners: Iterable[str], name: str, child: str, declared: str, directives: str = "@shareable"
    ) -> None:
        """A field that these subgraphs answer; ``declared``: its arguments and type."""
        owners = tuple(owners)
        self.declared[name, child] = declared
        self.answers[name, child] = tuple(sorted({*self.answers.get((name, child), ()), *owners}))
        for each in owners:
            self.at(each, name).fields[child] = f"{child}{declared} {directives}".rstrip()

    def external(self, subgraph: str, name: str, child: str) -> None:
        """Declare a field that another subgraph answers."""
        if not self.has(subgraph, name, child):
            self.at(subgraph, name).fields[child] = f"{child}{self.declared[name, child]} @external"

    def mark(self, subgraph: str, name: str, child: str, directive: str) -> None:
        """Add a directive to a field."""
        self.at(subgraph, name).fields[child] += f" {directive}"

    def define(self, subgraphs: Iterable[str], name: str, text: str) -> None:
        """A union, enum, input object or scalar."""
        for each in subgraphs:
            self.others.setdefault(each, {}).setdefault(name, text)

    def sdls(self) -> dict[str, str]:
        """By subgraph."""
        everyone = dict.fromkeys(name for name, _ in self.types)
        return {name: self._sdl(name) for name in everyone}

    def _sdl(self, subgraph: str) -> str:
        renamed = self.renamed.get(subgraph, {})
        parts = [] if subgraph in self.version_one else [self._link(subgraph)]
        parts.extend(self.others.get(subgraph, {}).values())
        for (owner, name), each in self.types.items():
            if owner == subgraph and each.fields:
                parts.append(each.text(renamed.get(name, name)))
        return "\n".join(parts)

    def _link(self, subgraph: str) -> str:
        link = (CONTEXT_LINK if subgraph in self.contextual else LINK).strip()
        renamed = self.renamed.get(subgraph)
        if not renamed:
            return link
        roots = " ".join(f"{root.lower()}: {name}" for root, name in renamed.items())
        return f"{link.removeprefix('extend ')} {{ {roots} }}"
