"""Dotted paths into JSON-like data, compiled to closures: ``data.list``, ``住所.详细地址``, ``item.@id``,
``a[0].b``, ``people[?typ=='LR'][0].nm``, ``@``.

``[?name=='word']`` keeps those of a list whose member is that word; ``| [0]`` after it, as JMESPath
writes it, is ``[0]``. A name that holds a dot is written in double quotes. Through a list a name maps. What isn't there is None.
Must never: raise on data, or look at attributes of anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Where:
    """``[?name=='word']``."""

    name: str
    word: str


Step = str | int | Where
Getter = Callable[[Any], Any]

_STEP = re.compile(
    r'(?:"([^"]+)"|([^.\[\]"\s][^.\[\]"]*))?((?:\[\d{1,6}\]|\[\?[^\s\[\]=\'"]+\s*==\s*\'[^\']*\'\])*)'
)
_SUFFIX = re.compile(r"\[(?:(\d+)|\?([^\s=]+)\s*==\s*'([^']*)')\]")
_PIPED = re.compile(r"\]\s*\|\s*(?=\[\d)")


class PathError(ValueError):
    """The text is no path."""


def parse_path(text: str) -> tuple[Step, ...]:
    """``@`` is the empty path.

    Raises: PathError.
    """
    text = _PIPED.sub("]", text.strip())
    if text == "@":
        return ()
    if not text:
        raise PathError("an empty path; '@' is the value itself")
    steps: list[Step] = []
    position = 0
    while True:
        match = _STEP.match(text, position)
        if match is None or match.end() == position:
            raise PathError(f"'{text}' is no path: names with dots between, [0] for an index, '@' for itself")
        name = match.group(1) or (match.group(2) or "").rstrip()
        if name and not (name == "@" and not steps):
            steps.append(name)
        for index, member, word in _SUFFIX.findall(match.group(3)):
            steps.append(int(index) if index else Where(member, word))
        position = match.end()
        if position == len(text):
            return tuple(steps)
        if text[position] != ".":
            raise PathError(f"'{text}' is no path: unexpected '{text[position]}'")
        position += 1


def compile_path(text: str) -> Getter:
    """Raises: PathError."""
    return getter(parse_path(text))


def getter(steps: tuple[Step, ...]) -> Getter:
    """The closure for parsed steps."""
    if not steps:
        return _itself
    made = [_step(step) for step in steps]
    if len(made) == 1:
        return made[0]
    if len(made) == 2:
        first, second = made
        return lambda value: second(first(value))
    head, *tail = made

    def walk(value: Any) -> Any:
        value = head(value)
        for step in tail:
            if value is None:
                return None
            value = step(value)
        return value

    return walk


def names(steps: tuple[Step, ...]) -> tuple[str, ...]:
    """The steps without indexes: what a description knows."""
    return tuple(step for step in steps if isinstance(step, str))


def asked(steps: tuple[Step, ...]) -> Iterator[tuple[str, ...]]:
    """Everything that is read on the way: the path's own names, and what its conditions look at."""
    yield names(steps)
    for number, step in enumerate(steps):
        if isinstance(step, Where):
            yield (*names(steps[:number]), step.name)


def _step(step: Step) -> Getter:
    if isinstance(step, int):
        return _index(step)
    return _where(step) if isinstance(step, Where) else _name(step)


def _itself(value: Any) -> Any:
    return value


def _name(name: str) -> Getter:
    def get(value: Any) -> Any:
        if isinstance(value, dict):
            return value.get(name)
        if isinstance(value, list):
            return [get(item) for item in value]
        return None

    return get


def _index(index: int) -> Getter:
    def get(value: Any) -> Any:
        if isinstance(value, list):
            return value[index] if index < len(value) else None
        # one element of a repeatable XML element is offered as itself
        return value if index == 0 else None

    return get


def _where(step: Where) -> Getter:
    def holds(item: Any) -> bool:
        value = item.get(step.name) if isinstance(item, dict) else None
        return value == step.word or (type(value) in (int, float) and str(value) == step.word)

    def get(value: Any) -> Any:
        # one element of a repeatable XML element is offered as itself
        items = value if isinstance(value, list) else [value]
        return [item for item in items if holds(item)]

    return get
