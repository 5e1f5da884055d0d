"""A recording of a browser or a proxy: HTTP Archive 1.2 (W3C Web Performance draft; every browser's "save all as HAR")."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from connectors.proposing.recordings.exchange import (
    ABSENT,
    MAX_EXCHANGES,
    MAX_MEMBERS,
    Exchange,
    Message,
    Recording,
    plain_media,
    segments_of,
)
from connectors.proposing.refusing import Undescribed, refused

_PAGES = ("text/html", "text/css", "text/javascript", "application/javascript", "application/x-javascript")
_PAGE_KINDS = (
    "image/",
    "font/",
    "video/",
    "audio/",
    "application/font",
    "application/wasm",
    "text/event-stream",
)


def read_har(recording: Recording) -> None:
    """Fills ``recording`` with what speaks to an interface: pages, pictures, scripts and preflights are left out.

    Raises: Undescribed.
    """
    log = recording.file.value.get("log") if isinstance(recording.file.value, dict) else None
    entries = log.get("entries") if isinstance(log, dict) else None
    if not isinstance(entries, list):
        raise _refused(
            recording, "har.shape", "log.entries is no list", "record again, and save all as HAR with content"
        )
    for index, entry in enumerate(entries[:MAX_EXCHANGES]):
        found = _exchange(entry, index) if isinstance(entry, dict) else None
        if found is None:
            if not _is_page(entry):
                recording.say(
                    "recording.entry",
                    ("log", "entries", index),
                    "no request that can be read: left out",
                    "remove it",
                )
            continue
        recording.exchanges.append(found)
    if len(entries) > MAX_EXCHANGES:
        message = f"more than {MAX_EXCHANGES} entries: the rest is left out"
        recording.say("recording.many", ("log", "entries"), message, "record less at a time", "warning")


def _refused(recording: Recording, code: str, message: str, fix: str) -> Undescribed:
    line, column = recording.file.at(("log", "entries"))
    return refused(code, recording.path, message, fix, line, column)


def _is_page(entry: Any) -> bool:
    request = entry.get("request") if isinstance(entry, dict) else None
    return isinstance(request, dict) and isinstance(request.get("url"), str)


def _exchange(entry: Mapping[str, Any], index: int) -> Exchange | None:
    request, response = entry.get("request"), entry.get("response")
    if not isinstance(request, dict) or not isinstance(request.get("url"), str):
        return None
    response = response if isinstance(response, dict) else {}
    try:
        parts = urlsplit(request["url"])
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return None
    method = str(request.get("method", "GET")).upper()
    answered = _answered(response.get("content"))
    if parts.scheme not in ("http", "https") or not host or method in ("OPTIONS", "CONNECT", "TRACE"):
        return None
    if answered.media in _PAGES or answered.media.startswith(_PAGE_KINDS):
        return None
    status = response.get("status")
    return Exchange(
        method,
        f"{parts.scheme}://{host}",
        segments_of(parts.path),
        ("log", "entries", index),
        dict(parse_qsl(parts.query, keep_blank_values=True)[:MAX_MEMBERS]),
        _headers(request.get("headers")),
        _sent(request.get("postData")),
        status if isinstance(status, int) else 0,
        answered,
    )


def _headers(held: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for item in held[:MAX_MEMBERS] if isinstance(held, list) else ():
        if isinstance(item, dict) and isinstance(item.get("name"), str):
            found[item["name"].lower()] = str(item.get("value", ""))
    return found


def _sent(held: Any) -> Message:
    if not isinstance(held, dict):
        return Message()
    media = plain_media(held.get("mimeType"))
    params = held.get("params")
    if (
        media in ("application/x-www-form-urlencoded", "multipart/form-data")
        and isinstance(params, list)
        and params
    ):
        names = (item.get("name") for item in params if isinstance(item, dict))
        return Message(media, {name: "" for name in names if isinstance(name, str)})
    return body(media, held.get("text"))


def _answered(held: Any) -> Message:
    if not isinstance(held, dict):
        return Message()
    text = held.get("text")
    if held.get("encoding") == "base64" and isinstance(text, str):
        try:
            text = base64.b64decode(text, validate=False).decode()
        except (binascii.Error, ValueError):
            text = None
    return body(plain_media(held.get("mimeType")), text)


def body(media: str, text: Any) -> Message:
    """A recorded text as a value: JSON by its media type or by its look, a form as a dict."""
    if not isinstance(text, str) or not text.strip():
        return Message(media)
    if media == "application/x-www-form-urlencoded":
        return Message(
            media, dict.fromkeys((name for name, _ in parse_qsl(text, keep_blank_values=True)), "")
        )
    if "json" in media or text.lstrip()[:1] in ("{", "["):
        try:
            return Message(media if "json" in media else "application/json", json.loads(text))
        except (ValueError, RecursionError):
            pass
    return Message(media, ABSENT)
