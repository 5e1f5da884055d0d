"""Variables that bring what contexts give, one per contextual argument; none is the client's."""

from __future__ import annotations

from collections.abc import Iterable


class ContextVariables:
    """The names in one operation; asking twice gives the same answer."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)
        self._names: dict[tuple[str, str, str], str] = {}

    def name(self, type_name: str, field: str, argument: str) -> str:
        at = (type_name, field, argument)
        if at not in self._names:
            base = name = f"context_{type_name}_{field}_{argument}"
            number = 2
            while name in self._taken:
                name, number = f"{base}_{number}", number + 1
            self._taken.add(name)
            self._names[at] = name
        return self._names[at]
