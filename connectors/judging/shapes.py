"""How two decoded answers of one call differ in what they are made of: names, kinds, formats, codes.

Must never: tell a value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from connectors.backend import Described

MOST_ITEMS = 50
"""Of one list."""
MOST_DEEP = 20
DifferenceKind = Literal["gone", "added", "kind", "format", "codes", "outcome", "quality"]

_KINDS = (
    (dict, "object"),
    (list, "list"),
    (str, "text"),
    (bool, "boolean"),
    (int, "number"),
    (float, "number"),
)
_FORMATS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("date and time", re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*")),
    ("date yyyy-MM-dd", re.compile(r"\d{4}-\d{2}-\d{2}")),
    ("date yyyy/MM/dd", re.compile(r"\d{4}/\d{2}/\d{2}")),
    ("date yyyyMMdd", re.compile(r"(19|20)\d{2}(0[1-9]|1[0-2])([0-2]\d|3[01])")),
    ("time yyyyMMddHHmmss", re.compile(r"(19|20)\d{12}")),
    ("digits", re.compile(r"[+-]?\d+(\.\d+)?")),
    ("letters", re.compile(r"[A-Za-z]{1,3}")),
)  # fmt: skip
_TEXT = "other text"


@dataclass(frozen=True, slots=True)
class ShapeDifference:
    """``path`` is dotted, ``[]`` for the items of a list; empty for the whole answer."""

    path: str
    kind: DifferenceKind
    message: str


@dataclass
class _Shape:
    """What was seen at one path; nulls and empty texts are nobody's shape."""

    kinds: set[str] = field(default_factory=set)
    formats: set[str] = field(default_factory=set)
    codes: set[str] = field(default_factory=set, repr=False)
    members: dict[str, _Shape] = field(default_factory=dict)
    item: _Shape | None = None


def shape_differences(old: Any, new: Any, described: Described | None) -> Iterator[ShapeDifference]:
    """``described`` is what the old version's description says of the answer."""
    before, after = _Shape(), _Shape()
    _see(before, old, 0)
    _see(after, new, 0)
    yield from _compared(before, after, described, "")


def _see(shape: _Shape, value: Any, depth: int) -> None:
    if value is None or value == "" or depth > MOST_DEEP:
        return
    shape.kinds.add(next((name for kind, name in _KINDS if isinstance(value, kind)), "other"))
    if isinstance(value, dict):
        for name, held in value.items():
            _see(shape.members.setdefault(str(name), _Shape()), held, depth + 1)
    elif isinstance(value, list):
        shape.item = shape.item or _Shape()
        for held in value[:MOST_ITEMS]:
            _see(shape.item, held, depth + 1)
    else:
        text = value if isinstance(value, str) else str(value)
        shape.codes.add(text[:64])
        if isinstance(value, str):
            shape.formats.add(next((name for name, fits in _FORMATS if fits.fullmatch(text[:64])), _TEXT))


def _compared(
    before: _Shape, after: _Shape, described: Described | None, path: str
) -> Iterator[ShapeDifference]:
    if not before.kinds or not after.kinds:
        return
    if before.kinds.isdisjoint(after.kinds):
        yield ShapeDifference(path, "kind", f"was {_listed(before.kinds)}, is {_listed(after.kinds)}")
        return
    listed = set(described.enum) if described is not None else set()
    if listed and before.codes <= listed and not after.codes <= listed:
        yield ShapeDifference(path, "codes", f"has a code that is none of the {len(listed)} described")
    elif (
        before.formats
        and after.formats
        and _TEXT not in before.formats
        and not after.formats <= before.formats
    ):
        message = f"was written as {_listed(before.formats)}, is written as {_listed(after.formats)}"
        yield ShapeDifference(path, "format", message)
    fields = described.fields if described is not None else {}
    for name, held in before.members.items():
        inner = f"{path}.{name}" if path else name
        if name not in after.members:
            yield ShapeDifference(inner, "gone", "is not there any more")
        else:
            yield from _compared(held, after.members[name], fields.get(name), inner)
    for name in after.members:
        if name not in before.members:
            yield ShapeDifference(f"{path}.{name}" if path else name, "added", "is new")
    if before.item is not None and after.item is not None:
        item = described.item if described is not None else None
        yield from _compared(before.item, after.item, item, f"{path}[]")


def _listed(words: set[str]) -> str:
    return " or ".join(sorted(words))
