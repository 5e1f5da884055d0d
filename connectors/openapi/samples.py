"""The shape of an example, where a description has nothing better. Must never: keep a value of it."""

from __future__ import annotations

from typing import Any

from connectors.backend import Described

MAX_DEPTH = 12
MAX_ITEMS = 20
MAX_MEMBERS = 500
MAX_VALUES = 5_000
"""Of one example: aliases may make a small one endless."""

_OPAQUE = Described("opaque")


def from_sample(value: Any) -> Described:
    """Objects by their members, lists by their first items; ``opaque`` for null, empty, too deep and too much."""
    return _Sample().shape(value, 0)


class _Sample:
    def __init__(self) -> None:
        self._left = MAX_VALUES

    def shape(self, value: Any, depth: int) -> Described:
        self._left -= 1
        if depth > MAX_DEPTH or self._left < 0 or value is None:
            return _OPAQUE
        if isinstance(value, dict):
            members = list(value.items())[:MAX_MEMBERS]
            fields = {str(name): self.shape(item, depth + 1) for name, item in members}
            return Described("object", fields=fields) if fields else _OPAQUE
        if isinstance(value, list):
            item = _OPAQUE
            for each in value[:MAX_ITEMS]:
                item = united(item, self.shape(each, depth + 1))
            return Described("list", item=item)
        if isinstance(value, bool):
            return Described("boolean")
        if isinstance(value, int):
            return Described("integer", format="" if -(2**31) <= value < 2**31 else "int64")
        return Described("number") if isinstance(value, float) else Described("string")


def united(one: Described, other: Described) -> Described:
    """What holds both."""
    if one.shape == "opaque":
        return other
    if other.shape == "opaque":
        return one
    if one.shape != other.shape:
        return Described("number") if {one.shape, other.shape} == {"integer", "number"} else _OPAQUE
    if one.shape == "object":
        names = dict.fromkeys((*one.fields, *other.fields))
        return Described(
            "object",
            fields={
                name: united(one.fields.get(name, _OPAQUE), other.fields.get(name, _OPAQUE)) for name in names
            },
        )
    if one.shape == "list":
        return Described("list", item=united(one.item or _OPAQUE, other.item or _OPAQUE))
    return one if one.format == other.format or one.format == "int64" else other
