"""GraphQL names from whatever a description calls things: the same name for the same word, always.

Must never: give a name that GraphQL or federation keeps for itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable

NAME = re.compile(r"[_A-Za-z][_0-9A-Za-z]*")
_WORD = re.compile(r"[0-9A-Za-z_]+")
MAX_LENGTH = 80

RESERVED_TYPES = frozenset(
    {
        "Query", "Mutation", "Subscription", "String", "ID", "Int", "Float", "Boolean", "Date", "DateTime", "Decimal",
        "JSON", "Long", "Matter", "Receipt", "Citizen", "Enterprise",
    }
)  # fmt: skip
"""GraphQL's own, the platform's scalars and types, and the entities that departments share."""


def field_name(text: str) -> str:
    """``X-Trace-Id`` → ``xTraceId``; ``user_id`` and ``userId`` stay; what has no Latin letter is spelled by code
    points.
    """
    if NAME.fullmatch(text) and not text.startswith("__") and len(text) <= MAX_LENGTH:
        return text
    words = _words(text)
    if not words:
        return _spelled(text)
    head, *tail = words
    name = (head[0].lower() + head[1:]) + "".join(word[0].upper() + word[1:] for word in tail)
    return _legal(name)


def operation_name(text: str) -> str:
    """As ``field_name``, but beginning small: ``GetUser`` → ``getUser``, ``URLList`` stays."""
    name = re.sub("__+", "_", field_name(text)).rstrip("_")
    return name[0].lower() + name[1:] if name[:1].isupper() and name[1:2].islower() else name


def type_name(text: str) -> str:
    """``v3.departure-list`` → ``V3DepartureList``."""
    words = [word for part in _words(text) for word in part.split("_") if word]
    if not words:
        return _legal(_spelled(text).capitalize())
    return _legal("".join(word[0].upper() + word[1:] for word in words))


def enum_names(values: Iterable[str]) -> dict[str, str] | None:
    """Value → name, in order; None where they are numbers, a value has no readable name, or two would share one."""
    found: dict[str, str] = {}
    for value in values:
        name = value if NAME.fullmatch(value) else "_".join(_words(value))
        if not name or not _readable(value):
            return None
        name = f"_{name}" if name[0].isdigit() else name
        if name in ("true", "false", "null"):
            name = name.upper()
        if name.startswith("__") or name in found.values():
            return None
        found[value] = name
    return None if all(value[:1].isdigit() for value in found) else found


def free(name: str, taken: Collection[str]) -> str:
    """The name, or with the first number that makes it one's own."""
    found, count = name, 2
    while found in taken:
        found, count = f"{name}_{count}", count + 1
    return found


def _readable(text: str) -> bool:
    """Whether nothing is lost that would tell it from others but separators."""
    return all(
        sign.isascii() or unicodedata.category(sign)[0] in "PZ" or _plain(sign).isascii() for sign in text
    )


def _plain(text: str) -> str:
    """Without accents."""
    split = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in split if not unicodedata.combining(sign))


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(_plain(text)) if word.strip("_")]


def _spelled(text: str) -> str:
    """``姓名`` → ``u59D3u540D``: readable to nobody, but stable; a person renames it."""
    return "".join(f"u{ord(sign):04X}" for sign in text[:12]) or "unnamed"


def _legal(name: str) -> str:
    name = name[:MAX_LENGTH].rstrip("_") or "unnamed"
    if name.startswith("__"):
        name = name.lstrip("_") or "unnamed"
    return f"_{name}" if name[0].isdigit() else name
