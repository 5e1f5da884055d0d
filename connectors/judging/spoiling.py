"""Recorded answers spoiled in every way that backends have: members dropped, null or of another kind; answers that are none.

Deterministic, and bounded by the callers. ``CANARY`` stands in everything that is made up: no error may repeat it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from connectors.manifest.model import RecordedAnswer
from connectors.transport import RawAnswer

CANARY = "canary-7f3a 不应外传"
_HTML = f"<!doctype html><html><body><h1>登录 {CANARY}</h1></body></html>".encode()
_DEEPEST = 12

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Spoiled:
    """One way. ``path``: in the answer's body; empty for an answer that is spoiled as a whole."""

    what: str
    path: Path = ()
    answer: RecordedAnswer | None = None
    raw: RawAnswer | None = None


def whole(raw: RawAnswer, kind: str) -> Iterator[Spoiled]:
    """The answer is none at all. ``raw``: its bytes as they would be; ``kind``: of the backend."""
    media = "text/xml; charset=utf-8" if kind == "soap" else "application/json"
    words = f"<error>{CANARY}</error>" if kind == "soap" else f'{{"error": "{CANARY}", "trace": "{CANARY}"}}'
    yield Spoiled("an empty body", raw=RawAnswer(200, {"content-type": media}, b""))
    yield Spoiled("a web page with status 200", raw=RawAnswer(200, {"content-type": "text/html"}, _HTML))
    yield Spoiled("a web page with status 500", raw=RawAnswer(500, {"content-type": "text/html"}, _HTML))
    yield Spoiled("status 500", raw=RawAnswer(500, {"content-type": media}, words.encode()))
    yield Spoiled(
        "half of the answer", raw=RawAnswer(raw.status, raw.headers, raw.content[: len(raw.content) // 2])
    )


def members(answer: RecordedAnswer) -> Iterator[Spoiled]:
    """Each member of the body dropped, then null, then of another kind; of lists the first item only."""
    for path in _paths(answer.body, ()):
        value = _at(answer.body, path)
        for what, put in (("without", _DROP), ("null at", None), ("another kind at", _other(value))):
            body = _changed(answer.body, path, put)
            changed = RecordedAnswer(answer.operation, answer.status, body, answer.headers)
            yield Spoiled(what, path, answer=changed)


_DROP = object()


def _other(value: Any) -> Any:
    return CANARY if isinstance(value, dict | list) else {"unexpected": [CANARY]}


def _paths(value: Any, path: Path) -> Iterator[Path]:
    if len(path) > _DEEPEST:
        return
    if isinstance(value, dict):
        for name, held in value.items():
            yield (*path, name)
            yield from _paths(held, (*path, name))
    elif isinstance(value, list) and value:
        yield from _paths(value[0], (*path, 0))


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def _changed(value: Any, path: Path, put: Any) -> Any:
    """A copy along ``path``; the rest is shared."""
    step, rest = path[0], path[1:]
    if isinstance(value, list):
        return [_changed(each, rest, put) if index == step else each for index, each in enumerate(value)]
    if rest:
        return {**value, step: _changed(value[step], rest, put)}
    if put is _DROP:
        return {name: held for name, held in value.items() if name != step}
    return {**value, step: put}
