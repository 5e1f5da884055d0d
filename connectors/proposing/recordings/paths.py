"""Which steps of recorded paths are words of the interface, and which are values: ``/users/7/cards`` → ``/users/{userId}/cards``.

A step is a value where it is a variable by name, looks like data, stands in the answer to its own request, is the last after
a plural and no usual word there, or changes after a plural while the answers stay alike. Taken for a value wrongly, a word
costs a name: it can still be given. Taken for a word wrongly, a value would be written down.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from connectors.proposing.recordings.exchange import Exchange
from connectors.proposing.recordings.shapes import keys_of, schema_of
from connectors.proposing.recordings.values import is_usual, is_value

_TELLING_KINDS = frozenset({"type", "kind", "object", "resource", "rel", "href", "self", "action", "method"})
"""Members of an answer that may repeat a word of the path."""
MAX_LOOKED = 5_000
"""Values of one answer that are compared with the path."""

Template = tuple[str, ...]


def templates(exchanges: Sequence[Exchange]) -> list[Template]:
    """For each exchange its steps, those that are values as ``{name}``."""
    found: list[list[str]] = [[] for _ in exchanges]
    own = [set(_texts(exchange.answered.value)) for exchange in exchanges]
    for position in range(max((len(exchange.segments) for exchange in exchanges), default=0)):
        alike: dict[Template, list[int]] = defaultdict(list)
        for index, exchange in enumerate(exchanges):
            if position < len(exchange.segments):
                alike[tuple(found[index])].append(index)
        for before, indexes in alike.items():
            values = _values(exchanges, own, indexes, position, before)
            for index in indexes:
                segment = exchanges[index].segments[position]
                found[index].append(_hole(before, segment) if segment in values else segment)
    return [tuple(steps) for steps in found]


def path_of(template: Template) -> str:
    return "/" + "/".join(template)


def _values(
    exchanges: Sequence[Exchange], own: list[set[str]], indexes: list[int], position: int, before: Template
) -> set[str]:
    """The steps at one position, after the same steps, that are values."""
    found: set[str] = set()
    words: dict[Any, set[str]] = defaultdict(set)
    for index in indexes:
        exchange = exchanges[index]
        segment = exchange.segments[position]
        looks = segment.startswith("{") or is_value(segment) or segment in own[index]
        if looks or (position + 1 == len(exchange.segments) and _is_one_of(exchange, before, segment)):
            found.add(segment)
        elif _of_many(exchange, before):
            shape = repr(schema_of([exchange.answered.value]))
            words[(exchange.segments[position + 1 :], shape)].add(segment)
    for alike in words.values():
        if len(alike) > 1:
            found |= alike
    return found


def _of_many(exchange: Exchange, before: Template) -> bool:
    """Whether it reads what may be one of many."""
    reads = exchange.method == "GET" and exchange.status < 300
    return _is_plural(before) and reads and len(keys_of(exchange.answered.value)) > 1


def _is_plural(before: Template) -> bool:
    word = before[-1].lower() if before else ""
    return word.endswith("s") and not word.endswith(("ss", "us", "is", "news", "ws"))


def _is_one_of(exchange: Exchange, before: Template, segment: str) -> bool:
    """Of a path's last step: whether it may name one of the many before it."""
    return (
        _is_plural(before)
        and exchange.method != "POST"
        and not is_usual(segment)
        and not _is_plural((segment,))
    )


def _hole(before: Template, segment: str) -> str:
    """A parameter's name: its own, or that of what stands before, in the singular."""
    if segment.startswith("{"):
        name = segment.strip("{}")
    else:
        word = before[-1] if before and not before[-1].startswith("{") else ""
        word = "".join(sign for sign in word.removesuffix("s") if sign.isascii() and sign.isalnum())
        name = f"{word[:1].lower()}{word[1:]}Id" if word and not word[0].isdigit() else "id"
    count = sum(
        1 for step in before if step.startswith("{") and step.strip("{}").rstrip("_0123456789") == name
    )
    return f"{{{name}_{count + 1}}}" if count else f"{{{name}}}"


def _texts(value: Any) -> Iterator[str]:
    """The texts and numbers in an answer, but for those that tell its kind."""
    waiting = [value]
    for _ in range(MAX_LOOKED):
        if not waiting:
            return
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += [item for name, item in value.items() if name.lower() not in _TELLING_KINDS]
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str | int) and not isinstance(value, bool):
            yield str(value)
