"""The JSON Schema of recorded values: merged, and without any of them.

Must never: write a value, an enum or an example.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from connectors.proposing.recordings.values import is_key

MAX_DEPTH = 30
MAX_VALUES = 200_000
"""Looked at for one shape."""
MAX_MEMBERS = 1_000
MIN_ALIKE = 3
"""Objects of one kind under names of their own."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_DATE_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})")
_INT32 = 2**31


@dataclass(slots=True)
class _Seen:
    """What the values of one place were."""

    kinds: set[str] = field(default_factory=set)
    formats: set[str] = field(default_factory=set)
    members: dict[str, _Seen] = field(default_factory=dict)
    always: set[str] | None = None
    """Members that every object had."""
    item: _Seen | None = None
    is_map: bool = False


def schema_of(values: Iterable[Any]) -> dict[str, Any]:
    """``{}`` where nothing is known."""
    seen = _Seen()
    left = [MAX_VALUES]
    for value in values:
        _look(value, seen, 0, left)
    return _schema(seen)


def keys_of(value: Any) -> frozenset[str]:
    """The names in an object, or in the objects of a list: what tells one shape from another."""
    if isinstance(value, list):
        value = next((item for item in value if isinstance(item, dict)), None)
    return frozenset(value) if isinstance(value, dict) else frozenset()


def _look(value: Any, seen: _Seen, depth: int, left: list[int]) -> None:
    left[0] -= 1
    if left[0] < 0 or depth > MAX_DEPTH:
        return
    if isinstance(value, dict):
        _look_object(value, seen, depth, left)
    elif isinstance(value, list):
        seen.kinds.add("array")
        seen.item = seen.item or _Seen()
        for item in value:
            _look(item, seen.item, depth + 1, left)
    elif value is None:
        seen.kinds.add("null")
    elif isinstance(value, bool):
        seen.kinds.add("boolean")
    elif isinstance(value, int):
        seen.kinds.add("integer")
        seen.formats.add("int32" if -_INT32 <= value < _INT32 else "int64")
    elif isinstance(value, float):
        seen.kinds.add("number")
    else:
        seen.kinds.add("string")
        seen.formats.add(_format(str(value)))


def _look_object(value: dict[str, Any], seen: _Seen, depth: int, left: list[int]) -> None:
    seen.kinds.add("object")
    names = set(value)
    if not all(map(is_key, names)) or len(names) > MAX_MEMBERS or _is_by_name(value):
        seen.is_map = True  # its names are data
        return
    for name, member in value.items():
        _look(member, seen.members.setdefault(name, _Seen()), depth + 1, left)
    seen.always = names if seen.always is None else seen.always & names


def _is_by_name(value: dict[str, Any]) -> bool:
    """Whether it holds one and the same kind of object under each of several names, which then are data."""
    kinds = {frozenset(member) if isinstance(member, dict) else None for member in value.values()}
    return len(value) >= MIN_ALIKE and len(kinds) == 1 and len(next(iter(kinds)) or ()) > 1


def _format(text: str) -> str:
    if _DATE.fullmatch(text):
        return "date"
    return "date-time" if _DATE_TIME.fullmatch(text) else ""


def _schema(seen: _Seen) -> dict[str, Any]:
    kinds = seen.kinds - {"null"}
    if kinds == {"integer", "number"}:
        kinds = {"number"}
    if len(kinds) != 1:
        scalars = kinds <= {"string", "integer", "number", "boolean"}
        return {"type": "string"} if kinds and scalars else {}
    kind = kinds.pop()
    schema: dict[str, Any] = {"type": kind}
    if kind == "object":
        if seen.is_map or not seen.members:
            return {"type": "object"}
        schema["properties"] = {name: _schema(member) for name, member in seen.members.items()}
        required = sorted(name for name in seen.always or () if "null" not in seen.members[name].kinds)
        if required:
            schema["required"] = required
    elif kind == "array":
        schema["items"] = _schema(seen.item or _Seen())
    elif kind == "integer" and "int64" in seen.formats:
        schema["format"] = "int64"
    elif kind == "string" and len(seen.formats) == 1 and (found := next(iter(seen.formats))):
        schema["format"] = found
    return schema
