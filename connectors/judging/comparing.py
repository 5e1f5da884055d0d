"""What a test expects beside what came, field by field. Values are shown: those of tests are synthetic."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

Path = tuple[str | int, ...]
MOST_DIFFERENCES = 50
_SHOWN = 80
_KINDS = {dict: "an object", list: "a list", str: "a text", bool: "a boolean", type(None): "null"}


@dataclass(frozen=True, slots=True)
class Difference:
    path: Path
    expected: Any
    got: Any

    def __str__(self) -> str:
        return f"{dotted(self.path)}: expected {_shown(self.expected)}, got {_shown(self.got)}"


MISSING = object()
"""In a difference: there is nothing at all."""


def differences(expected: Any, got: Any, path: Path = ()) -> Iterator[Difference]:
    """In the order of ``expected``; what came beside it comes last."""
    if isinstance(expected, dict) and isinstance(got, dict):
        for name, value in expected.items():
            yield from differences(value, got.get(name, MISSING), (*path, str(name)))
        for name in got.keys() - expected.keys():
            yield Difference((*path, str(name)), MISSING, got[name])
    elif isinstance(expected, list) and isinstance(got, list):
        for index in range(max(len(expected), len(got))):
            left = expected[index] if index < len(expected) else MISSING
            right = got[index] if index < len(got) else MISSING
            yield from differences(left, right, (*path, index))
    elif not _equal(expected, got):
        yield Difference(path, expected, got)


def dotted(path: Path) -> str:
    """``me.vehicles[0].model``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text or "the answer"


def _equal(expected: Any, got: Any) -> bool:
    if isinstance(expected, bool) or isinstance(got, bool):
        return expected is got
    return (type(expected) is type(got) and expected == got) or (_numbers(expected, got) and expected == got)


def _numbers(*values: Any) -> bool:
    return all(isinstance(value, int | float) for value in values)


def kind(value: Any) -> str:
    """``a text``, ``a number``, …"""
    return "nothing" if value is MISSING else _KINDS.get(type(value), "a number")


def _shown(value: Any) -> str:
    if value is MISSING or value is None:
        return kind(value)
    text = orjson.dumps(value, default=str).decode()
    return f"{kind(value)} {text if len(text) <= _SHOWN else text[:_SHOWN] + '…'}"
