"""A Postman collection (format 2.0 and 2.1): its requests, and the answers that were saved with them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from connectors.openapi.marks import Pointer
from connectors.proposing.recordings.exchange import (
    MAX_EXCHANGES,
    MAX_MEMBERS,
    Exchange,
    Message,
    Recording,
    plain_media,
    segments_of,
)
from connectors.proposing.recordings.har import body
from connectors.proposing.recordings.values import plain_title
from connectors.proposing.refusing import refused

MAX_DEPTH = 30
_VARIABLE = re.compile(r"\{\{\s*([^{}]{1,80}?)\s*\}\}")
_SCHEMES: Mapping[str, Mapping[str, Any]] = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "jwt": {"type": "http", "scheme": "bearer"},
    "oauth2": {"type": "http", "scheme": "bearer"},
    "basic": {"type": "http", "scheme": "basic"},
}


def read_postman(recording: Recording) -> None:
    """Fills ``recording``. A request without a saved answer is one all the same.

    Raises: Undescribed.
    """
    root = recording.file.value
    if not isinstance(root, dict) or not isinstance(root.get("item"), list):
        line, column = recording.file.at(("item",))
        fix = "export the collection again, as Collection v2.1"
        raise refused("postman.shape", recording.path, "'item' is no list of requests", fix, line, column)
    info = root.get("info")
    if isinstance(info, dict) and isinstance(info.get("name"), str):
        recording.title = plain_title(info["name"])
    variables = _pairs(root.get("variable"))
    _scheme(root.get("auth"), recording)
    for item, pointer in _items(root["item"]):
        if len(recording.exchanges) >= MAX_EXCHANGES:
            recording.say(
                "recording.many", pointer, "too many requests: the rest is left out", "split it", "warning"
            )
            return
        _read_item(item, pointer, variables, recording)


def _items(held: list[Any]) -> Iterator[tuple[Mapping[str, Any], Pointer]]:
    """Requests, in the order of the collection, out of folders in folders."""
    waiting: list[tuple[Any, Pointer]] = []
    waiting += [(item, ("item", index)) for index, item in enumerate(held)][::-1]
    while waiting:
        item, pointer = waiting.pop()
        if not isinstance(item, dict):
            continue
        inner = item.get("item")
        if isinstance(inner, list) and len(pointer) < 2 * MAX_DEPTH:
            waiting += [(each, (*pointer, "item", index)) for index, each in enumerate(inner)][::-1]
        elif "request" in item:
            yield item, pointer


def _read_item(
    item: Mapping[str, Any], pointer: Pointer, variables: Mapping[str, str], recording: Recording
) -> None:
    request = item["request"]
    request = {"url": request} if isinstance(request, str) else request
    title = plain_title(str(item.get("name") or ""))
    plain = _exchange(request, pointer, variables, title)
    if plain is None:
        recording.say(
            "recording.entry", pointer, "no request that can be read: left out", "remove it", "warning"
        )
        return
    _scheme(request.get("auth"), recording)
    recording.exchanges.append(plain)
    answers = item.get("response")
    for index, saved in enumerate(answers[:MAX_MEMBERS] if isinstance(answers, list) else ()):
        if not isinstance(saved, dict):
            continue
        asked = saved.get("originalRequest")
        own = (
            _exchange(asked, (*pointer, "response", index), variables, title)
            if isinstance(asked, dict)
            else None
        )
        recording.exchanges.append(_with_answer(own or plain, saved))


def _with_answer(exchange: Exchange, saved: Mapping[str, Any]) -> Exchange:
    headers = {name.lower(): value for name, value in _pairs(saved.get("header")).items()}
    media = plain_media(headers.get("content-type"))
    code = saved.get("code")
    answered = body(media, saved.get("body"))
    return replace(exchange, status=code if isinstance(code, int) else 200, answered=answered)


def _exchange(request: Any, pointer: Pointer, variables: Mapping[str, str], title: str) -> Exchange | None:
    if not isinstance(request, dict):
        return None
    url = request.get("url")
    raw = url.get("raw") if isinstance(url, dict) else url
    if not isinstance(raw, str) or not raw.strip():
        return None
    origin, path, query = _address(raw, variables)
    asked = dict(query)
    if isinstance(url, dict):
        asked |= _pairs(url.get("query"))
    sent = _sent(request.get("body"))
    return Exchange(
        str(request.get("method") or "GET").upper()[:20],
        origin,
        tuple(_named(step) for step in segments_of(path)),
        pointer,
        dict(list(asked.items())[:MAX_MEMBERS]),
        {name.lower(): value for name, value in _pairs(request.get("header")).items()},
        sent,
        0,
        Message(),
        title,
    )


def _address(raw: str, variables: Mapping[str, str]) -> tuple[str, str, list[tuple[str, str]]]:
    """Origin (empty: nothing says it), path and query."""
    before, _, query = raw.strip().partition("#")[0].partition("?")
    head, slash, path = (
        before.partition("://")[2].partition("/") if "://" in before else before.partition("/")
    )
    whole = f"{before.partition('://')[0]}://{head}" if "://" in before else head
    whole = _VARIABLE.sub(lambda found: variables.get(found.group(1), ""), whole)
    try:
        parts = urlsplit(whole if "://" in whole else f"https://{whole}")
        host, base = parts.netloc.rpartition("@")[2], parts.path
    except ValueError:
        host, base, parts = "", "", urlsplit("https://")
    origin = f"{parts.scheme}://{host}" if host and parts.scheme in ("http", "https") else ""
    return origin, f"{base}{slash}{path}", parse_qsl(query, keep_blank_values=True)[:MAX_MEMBERS]


def _named(step: str) -> str:
    """``:id`` and ``{{id}}`` are variables; so is what holds one."""
    found = _VARIABLE.search(step)
    name = step[1:] if step.startswith(":") else found.group(1) if found else ""
    name = "".join(re.findall(r"[0-9A-Za-z_]+", name))[:40]
    return f"{{{name or 'id'}}}" if step.startswith(":") or found else step


def _pairs(held: Any) -> dict[str, str]:
    """What is switched on of a list of ``{key, value}``."""
    found: dict[str, str] = {}
    for item in held[:MAX_MEMBERS] if isinstance(held, list) else ():
        if isinstance(item, dict) and isinstance(item.get("key"), str) and item.get("disabled") is not True:
            found[item["key"]] = str(item.get("value") or "")
    return found


def _sent(held: Any) -> Message:
    if not isinstance(held, dict):
        return Message()
    mode = held.get("mode")
    if mode == "raw":
        return body("", _VARIABLE.sub("0", str(held.get("raw") or "")))
    if mode in ("urlencoded", "formdata"):
        media = "application/x-www-form-urlencoded" if mode == "urlencoded" else "multipart/form-data"
        return Message(media, dict.fromkeys(_pairs(held.get(mode)), ""))
    if mode == "graphql":
        return Message("application/graphql", {"query": ""})
    return Message()


def _scheme(held: Any, recording: Recording) -> None:
    """The kind of credentials, and the name of a key's header; never a value."""
    kind = held.get("type") if isinstance(held, dict) else None
    scheme: Mapping[str, Any] | None = _SCHEMES.get(kind) if isinstance(kind, str) else None
    if kind == "apikey" and isinstance(held, dict):
        options = held.get("apikey")
        told = _pairs(options) if isinstance(options, list) else options if isinstance(options, dict) else {}
        name, place = str(told.get("key") or "X-Api-Key"), str(told.get("in") or "header")
        scheme = {
            "type": "apiKey",
            "name": name[:80],
            "in": place if place in ("header", "query") else "header",
        }
    if scheme is not None and scheme not in recording.schemes:
        recording.schemes.append(scheme)
