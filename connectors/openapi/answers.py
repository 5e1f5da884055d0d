"""From the bytes of an HTTP answer to JSON-like data, or to the verdict that there is none.

GBK where it is declared, or where UTF-8 can't be; an empty body is null; HTML is no answer. Must never:
quote what it read.
"""

from __future__ import annotations

from typing import Any

import orjson

from connectors.backend import Answer, BackendUnusable
from connectors.transport import RawAnswer

_UTF8 = ("", "utf-8", "utf8", "us-ascii", "ascii", "utf-8-sig")
_GBK = ("gbk", "gb2312", "gb18030", "cp936", "x-gbk")


def decode(raw: RawAnswer, text_expected: bool = False) -> Answer:
    """``text_expected``: the description says that the answer is a text.

    Raises: BackendUnusable.
    """
    media, charset = media_type(raw.headers.get("content-type", ""))
    if not raw.content.strip():
        return Answer(raw.status, raw.headers, None)
    if "html" in media or raw.content[:64].lstrip().lower().startswith((b"<!doctype", b"<html")):
        raise BackendUnusable("the answer is a web page", raw.status)
    try:
        body = orjson.loads(raw.content) if charset in _UTF8 else orjson.loads(_text(raw, charset))
    except orjson.JSONDecodeError:
        body = _otherwise(raw, charset, text_expected and "json" not in media)
    return Answer(raw.status, raw.headers, body)


def media_type(header: str) -> tuple[str, str]:
    """``application/json; charset=GBK`` → (``application/json``, ``gbk``)."""
    media, *parameters = header.split(";")
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return media.strip().lower(), value.strip().strip('"').lower()
    return media.strip().lower(), ""


def _otherwise(raw: RawAnswer, charset: str, text: bool) -> Any:
    try:
        if charset in _UTF8:
            content = raw.content.removeprefix(b"\xef\xbb\xbf")
            try:
                return orjson.loads(content)
            except orjson.JSONDecodeError:
                return content.decode() if text else orjson.loads(content.decode("gb18030"))
        if text:
            return _text(raw, charset)
    except (orjson.JSONDecodeError, UnicodeDecodeError):
        pass
    raise BackendUnusable("the answer can't be decoded", raw.status)


def _text(raw: RawAnswer, charset: str) -> str:
    try:
        return raw.content.decode("gb18030" if charset in _GBK else charset)
    except (UnicodeDecodeError, LookupError):
        raise BackendUnusable("the answer can't be decoded", raw.status) from None
