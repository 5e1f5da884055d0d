"""Plain values as YAML that people edit: a line a member, short things in one line, nothing that YAML 1.1 and 1.2 read
differently.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

WIDTH = 120

_PLAIN = re.compile(r"[A-Za-z_$./][A-Za-z0-9_$./-]*!?")
_WORDS = frozenset(
    {"true", "false", "null", "yes", "no", "on", "off", "y", "n", "~", ".inf", ".nan", ".", "..", "..."}
)


def scalar(value: Any) -> str:
    """A value as it may stand anywhere, flow style included."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    text = str(value)
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS and not text.startswith((".", "/")):
        return text
    return '"' + "".join(_escaped(sign) for sign in text) + '"'


def flow(value: Any) -> str:
    """In one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(key)}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    return scalar(value)


def lines(value: Mapping[str, Any], indent: int = 0, levels: int = 0) -> Iterator[str]:
    """A mapping, a line a member; what is too wide for one, and the first ``levels`` levels, in lines of their own."""
    pad = " " * indent
    for key, item in value.items():
        text = f"{pad}{scalar(key)}: {flow(item)}"
        if not item or not isinstance(item, Mapping | list | tuple) or (levels <= 0 and len(text) <= WIDTH):
            yield text
        elif isinstance(item, Mapping):
            yield f"{pad}{scalar(key)}:"
            yield from lines(item, indent + 2, levels - 1)
        else:
            yield f"{pad}{scalar(key)}:"
            yield from (f"{pad}  - {flow(each)}" for each in item)


def comment(text: str) -> str:
    """Words as one line of comment, without what could end it."""
    plain = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return f"# {plain[:WIDTH]}"


def _escaped(sign: str) -> str:
    if sign in '"\\':
        return f"\\{sign}"
    if sign.isprintable():
        return sign
    code = ord(sign)
    if 0xD800 <= code <= 0xDFFF:
        return "\\uFFFD"
    return f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"
