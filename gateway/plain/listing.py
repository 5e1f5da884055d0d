"""The file of ``--subgraphs``: ``[{"name", "url", "sdl"}]``. Reads and judges; asks nobody."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from connectors.manifest.model import Subscriptions
from gateway.plain.faults import PlainUnusable

_KEYS = {"name", "url", "sdl", "subscriptions"}
_PROTOCOLS = ("websocket", "sse")
_PATH = re.compile(r"/(?!/)[A-Za-z0-9._~%!$&'()*+,;=:@/-]*")


@dataclass(frozen=True, slots=True)
class Listed:
    """One subgraph. ``sdl`` None: the subgraph says it itself; ``subscriptions`` None: how its events come turns out."""

    name: str
    url: str
    sdl: str | None
    subscriptions: Subscriptions | None = None


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
        raise PlainUnusable(f'{where}: unknown key "{unknown[0]}"; known are {_words(_KEYS)}')
    return Listed(item["name"], item["url"], sdl, _subscriptions(item.get("subscriptions"), where))


def _subscriptions(said: Any, where: str) -> Subscriptions | None:
    if said is None:
        return None
    if (
        not isinstance(said, dict)
        or said.get("protocol") not in _PROTOCOLS
        or said.keys() - {"protocol", "path"}
    ):
        raise PlainUnusable(
            f'{where}: "subscriptions" must be {{"protocol": "websocket" or "sse"}}, with a "path" if it is not the url\'s'
        )
    path = said.get("path")
    if path is not None and not (isinstance(path, str) and _PATH.fullmatch(path)):
        raise PlainUnusable(f'{where}: the "path" of "subscriptions" must begin with one "/"')
    return Subscriptions(said["protocol"], path)


def _words(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in sorted(names))
