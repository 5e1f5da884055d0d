"""The file of ``--subgraphs``: ``[{"name", "url", "sdl"}]``. Reads and judges; asks nobody."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from gateway.plain.faults import PlainUnusable

_KEYS = {"name", "url", "sdl"}


@dataclass(frozen=True, slots=True)
class Listed:
    """One subgraph. ``sdl`` None: the subgraph says it itself."""

    name: str
    url: str
    sdl: str | None


def read_text(path: str) -> str:
    """Raises: PlainUnusable."""
    try:
        return Path(path).read_text("utf-8-sig")
    except OSError as error:
        raise PlainUnusable(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise PlainUnusable(f"{path} is not UTF-8 text") from None


def read_listing(path: str) -> tuple[Listed, ...]:
    """Raises: PlainUnusable."""
    try:
        found = orjson.loads(read_text(path))
    except orjson.JSONDecodeError as error:
        raise PlainUnusable(
            f"{path} is not JSON (line {error.lineno}, column {error.colno}): {error.msg}"
        ) from None
    if not isinstance(found, list) or not found:
        raise PlainUnusable(f'{path} must be a list such as [{{"name": "users", "url": "http://…/graphql"}}]')
    listed = tuple(_listed(item, f"{path}: subgraph {number}") for number, item in enumerate(found, 1))
    names = [each.name for each in listed]
    for name in names:
        if names.count(name) > 1:
            raise PlainUnusable(f"{path}: two subgraphs are called {name!r}; each needs a name of its own")
    return listed


def _listed(item: Any, where: str) -> Listed:
    if not isinstance(item, dict):
        raise PlainUnusable(f'{where} must be an object with "name", "url" and, if it is at hand, "sdl"')
    for name in ("name", "url"):
        if not isinstance(item.get(name), str) or not item[name]:
            raise PlainUnusable(f'{where} needs a text under "{name}"')
    sdl = item.get("sdl")
    if sdl is not None and not isinstance(sdl, str):
        raise PlainUnusable(
            f'{where}: "sdl" must be the text of the schema; leave it out to have it asked for'
        )
    unknown = sorted(map(str, item.keys() - _KEYS))
    if unknown:
        raise PlainUnusable(f'{where}: unknown key "{unknown[0]}"; known are "name", "url" and "sdl"')
    return Listed(item["name"], item["url"], sdl)
