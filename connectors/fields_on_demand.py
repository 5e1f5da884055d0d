"""The described fields of a type, described when somebody asks: types lead back to themselves.

Must never: describe before it is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from connectors.backend import Described


class FieldsOnDemand(Mapping[str, Described]):
    """``describe`` is called once, at the first look."""

    def __init__(self, describe: Callable[[], Mapping[str, Described]]) -> None:
        self._describe = describe
        self._described: Mapping[str, Described] | None = None

    def _fields(self) -> Mapping[str, Described]:
        if self._described is None:
            self._described = self._describe()
        return self._described

    def __getitem__(self, key: str) -> Described:
        return self._fields()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields())

    def __len__(self) -> int:
        return len(self._fields())
