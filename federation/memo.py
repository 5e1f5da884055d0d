"""What was worked out the last time, so that it need not be worked out again. Bounded: what is not asked for from one turn
to the next is gone."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar, cast

T = TypeVar("T")


class Memo:
    """Answers by what they were made of. Parts are compared by identity, and kept alive as long as their answer is;
    the rest of a question is compared by value. Not for several threads at once."""

    def __init__(self) -> None:
        self._last: dict[Hashable, tuple[object, object]] = {}
        self._now: dict[Hashable, tuple[object, object]] = {}

    def get(self, what: str, parts: Sequence[object], under: Hashable, make: Callable[[], T]) -> T:
        """The answer to ``what`` about the parts, made now if it is not known."""
        key = (what, tuple(map(id, parts)), under)
        found = self._now.get(key)
        if found is None:
            found = self._last.get(key) or (tuple(parts), make())
            self._now[key] = found
        return cast(T, found[1])

    @property
    def kept(self) -> int:
        """How many answers."""
        return len(self._last)

    def turn(self) -> None:
        """A round is over: what it asked for is what is kept."""
        self._last, self._now = self._now, {}

    def forget(self) -> None:
        """A round came to nothing: what the one before it asked for is kept."""
        self._now = {}
