"""Input object types from described values that are given: bodies in bodies, elements in elements.

What may hold more than is described stays JSON. Must never: demand an object that demands itself; GraphQL knows no such value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.backend import Described
from connectors.proposing.names import field_name, free, type_name
from connectors.proposing.types import JSON, Types, Use

MAX_INPUTS = 1_000
MAX_FIELDS = 6_000


@dataclass(slots=True)
class _Member:
    """``inner``: the input type that it holds one of, or empty."""

    use: Use
    source: str
    required: bool
    inner: str = ""


@dataclass(slots=True)
class _Input:
    name: str
    described: Described
    members: dict[str, _Member] = field(default_factory=dict)


class InputTypes:
    """The input types of one manifest; their names and enums are of ``types``."""

    def __init__(self, types: Types) -> None:
        self._types = types
        self._of: dict[int, _Input] = {}
        self._waiting: list[_Input] = []
        self._count = 0

    def use(self, described: Described, place: str) -> Use:
        """The type of what is given; ``place`` names it where it has no name of its own."""
        if described.shape == "list" and described.item is not None:
            inner = self.use(described.item, place)
            nested = inner.type == JSON or inner.type[0] == "["
            return Use(JSON) if nested else Use(f"[{inner.type}!]", inner.enum)
        if described.shape == "object":
            return Use(self._object(described, place))
        return self._types.use(described, place)

    def settle(self) -> None:
        """Types the members of every input, and of the inputs that they need, nearest first."""
        while self._waiting:
            made = self._waiting.pop(0)
            for name, source in _names(made.described.fields):
                value = made.described.fields[source]
                use = self.use(value, made.name.removesuffix("Input") + type_name(name))
                inner = use.type if value.shape == "object" and use.type != JSON else ""
                made.members[name] = _Member(use, source, source in made.described.required, inner)
        self._free_circles()

    def blocks(self) -> Mapping[str, Mapping[str, Any]]:
        """The manifest's ``inputs``."""
        return {
            made.name: {"fields": {name: _spec(name, member) for name, member in made.members.items()}}
            for made in self._of.values()
        }

    def _object(self, described: Described, place: str) -> str:
        known = self._of.get(id(described.fields))
        if known is not None:
            return known.name
        count = len(described.fields)
        if len(self._of) >= MAX_INPUTS or self._count + count > MAX_FIELDS:
            self._types.cut = True
            return JSON
        if not count or described.open:
            return JSON
        self._count += count
        made = _Input(self._types.name(f"{type_name(described.name or place)}Input"), described)
        self._of[id(described.fields)] = made
        self._waiting.append(made)
        return made.name

    def _free_circles(self) -> None:
        """Of members that lead back to their own type by nothing but what must be given, the last need not be."""
        by_name = {made.name: made for made in self._of.values()}
        done: set[str] = set()
        for start in by_name:
            open_: list[tuple[str, Iterator[_Member]]] = []
            if start not in done:
                open_.append((start, iter(by_name[start].members.values())))
            while open_:
                name, members = open_[-1]
                member = next((each for each in members if each.required and each.inner), None)
                if member is None:
                    done.add(name)
                    open_.pop()
                elif any(member.inner == passed for passed, _ in open_):
                    member.required = False
                elif member.inner not in done:
                    open_.append((member.inner, iter(by_name[member.inner].members.values())))


def _names(fields: Mapping[str, Described]) -> Iterator[tuple[str, str]]:
    """GraphQL name and the description's own, names that are good already first served."""
    taken = {source for source in fields if field_name(source) == source}
    names = {source: source for source in taken}
    for source in sorted(fields):
        if source and source not in names:
            names[source] = free(field_name(source), taken)
            taken.add(names[source])
    return ((names[source], source) for source in fields if source)


def _spec(name: str, member: _Member) -> Any:
    type_text = f"{member.use.type}!" if member.required else member.use.type
    if name == member.source and member.use.enum is None:
        return type_text
    spec: dict[str, Any] = {"type": type_text}
    if name != member.source:
        spec["to"] = member.source
    if member.use.enum is not None:
        spec["enum"] = {word: value for value, word in member.use.enum.items()}
    return spec
