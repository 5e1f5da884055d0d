"""The content of complex types: sequences, choices and groups laid flat, each element with what the groups
around it mean for it.

Source: XML Schema 1.0 part 1, section 3.8 (model groups), 3.9 (particles).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from connectors.soap.nodes import XSD, Node
from connectors.soap.remarks import Remarks
from connectors.soap.schemas import Home, Schemas

_GROUPS = ("sequence", "choice", "all")
_MAX_GROUPS = 60
MAX_UNFOLDED = 400_000


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a particle. ``branches``: the choices passed, each with the branch taken; ``round``: the
    outermost repeated sequence.
    """

    repeated: bool = False
    optional: bool = False
    branches: tuple[tuple[int, int], ...] = ()
    round: int = 0
    groups: tuple[int, ...] = ()

    def excludes(self, other: Around) -> bool:
        """The two stand in different branches of one choice."""
        mine = dict(self.branches)
        return any(mine.get(choice, branch) != branch for choice, branch in other.branches)


@dataclass(frozen=True, slots=True)
class Particle:
    """An xs:element or an xs:any, its own occurrence included in ``around``."""

    node: Node
    home: Home
    around: Around


class Budget:
    """How much a schema may unfold to: groups that hold groups twice become twice as much, and so on."""

    def __init__(self, remarks: Remarks) -> None:
        self._remarks = remarks
        self._left = MAX_UNFOLDED

    def spend(self, node: Node) -> None:
        """Raises: WsdlRefused."""
        self._left -= 1
        if self._left < 0:
            raise self._remarks.refuse("xsd.large", node, "the schema unfolds to too many elements")


class Particles:
    def __init__(self, schemas: Schemas, remarks: Remarks, budget: Budget) -> None:
        self._schemas = schemas
        self._remarks = remarks
        self._budget = budget

    def below(self, node: Node, home: Home, around: Around) -> Iterator[Particle]:
        """Of the model groups that stand directly in ``node``."""
        for child in node.children:
            if child.namespace == XSD and (child.local in _GROUPS or child.local == "group"):
                yield from self._one(child, home, around)

    def _one(self, node: Node, home: Home, around: Around) -> Iterator[Particle]:
        self._budget.spend(node)
        least, several = self.occurs(node)
        if several is None:
            return
        around = replace(around, repeated=around.repeated or several, optional=around.optional or least == 0)
        match node.local:
            case "element" | "any":
                yield Particle(node, home, around)
            case "sequence" | "all":
                if several and not around.round and _elements(node) > 1:
                    around = replace(around, round=id(node))
                for child in node.children:
                    if child.namespace == XSD:
                        yield from self._one(child, home, around)
            case "choice":
                for position, child in enumerate(node.children):
                    if child.namespace == XSD:
                        branch = (*around.branches, (id(node), position))
                        yield from self._one(child, home, replace(around, optional=True, branches=branch))
            case "group":
                yield from self._group(node, home, around)

    def _group(self, node: Node, home: Home, around: Around) -> Iterator[Particle]:
        reference = node.get("ref")
        if not reference:
            return
        found = self._schemas.find("group", self._schemas.resolve(node, reference, home), node)
        if found is None:
            return
        if id(found.node) in around.groups or len(around.groups) >= _MAX_GROUPS:
            self._remarks.say("xsd.circle", node, "the group contains itself, or too many others")
            return
        around = replace(around, groups=(*around.groups, id(found.node)))
        yield from self.below(found.node, found.home, around)

    def occurs(self, node: Node) -> tuple[int, bool | None]:
        """The least number, and whether there may be several (None: there may be none at all)."""
        least, most = node.get("minOccurs", "1"), node.get("maxOccurs", "1")
        for name, text in (("minOccurs", least), ("maxOccurs", most)):
            if not _is_count(text) and (name, text) != ("maxOccurs", "unbounded"):
                self._remarks.say("xsd.occurs", node, f"{name} is no number; 1 is read", "write a number")
        least_count = int(least) if _is_count(least) else 1
        if most == "unbounded":
            return least_count, True
        most_count = max(int(most) if _is_count(most) else 1, least_count)
        return least_count, None if most_count == 0 else most_count > 1


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def _elements(node: Node) -> int:
    return sum(child.local in ("element", "group", *_GROUPS) for child in node.children)
