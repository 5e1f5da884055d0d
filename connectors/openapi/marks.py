"""Where the parts of a read file stand, and what was wrong with its writing.

A ``Mark`` is the line and column (from 1) of a value, with those of its members by key or index.
Must never: hold a value of the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Step = str | int
Pointer = tuple[Step, ...]

MAX_DEPTH = 200
MAX_NODES = 1_000_000


class Unreadable(ValueError):
    """Nothing can be read. ``line`` and ``column`` from 1; 0: the file as a whole."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


@dataclass(slots=True)
class Mark:
    """``members`` is a dict for a mapping, a list for a sequence, None for a scalar."""

    line: int
    column: int
    members: Any = None

    def at(self, pointer: Sequence[Step]) -> tuple[int, int]:
        """The place of ``pointer``, or of the nearest part around it."""
        mark = self
        for step in pointer:
            members = mark.members
            held = members if isinstance(members, Mapping) else dict(enumerate(members or ()))
            if step not in held:
                break
            mark = held[step]
        return mark.line, mark.column


@dataclass(frozen=True, slots=True)
class Slip:
    """A mistake in the writing that reading got over."""

    code: str
    line: int
    column: int
    message: str
    fix: str = ""


@dataclass(slots=True)
class Read:
    """A file as data. ``mark`` None: nobody has looked for places yet (strict JSON)."""

    value: Any
    mark: Mark | None = None
    slips: list[Slip] = field(default_factory=list)


def merged(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """A key that stands twice, both times with members: all of them, the later ones winning."""
    return {**first, **second}


def pointers_of(root: Any) -> Iterator[tuple[int, Pointer]]:
    """Where each mapping and list stands, the first time it is met."""
    seen: set[int] = set()
    waiting: list[tuple[Any, Pointer]] = [(root, ())]
    while waiting:
        node, pointer = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        yield id(node), pointer
        members = node.items() if isinstance(node, dict) else enumerate(node)
        waiting.extend((item, (*pointer, step)) for step, item in members if isinstance(item, dict | list))
