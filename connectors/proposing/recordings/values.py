"""What is somebody's value and no word of an interface: numbers, keys, addresses of people, tokens.

Must never: let a value pass for a word where it may be a person's. A word that passes for a value costs a name only.
"""

from __future__ import annotations

import re

_VERSION = re.compile(r"v[0-9]{1,3}([._-][0-9]{1,3}){0,2}", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z][A-Za-z_.-]*([0-9]{1,2})?(\.(json|do|action|php|aspx?|jsp))?")
_KEY_WORD = re.compile(r"[@$#]?[^\W\d][\w .:/-]*(\[\w{0,30}\]){0,3}")
_SECRET = re.compile(
    r"auth|token|secret|passw|api[-_]?key|app[-_]?key|access[-_]?key|session|cookie|csrf|xsrf|signature|^sign?$|^key$|jwt|credential",
    re.IGNORECASE,
)
MAX_WORD = 40
_USUAL = frozenset({
    "search", "list", "count", "me", "self", "own", "mine", "all", "any", "summary", "total", "latest",
    "last", "first", "next", "current", "recent", "active", "new", "old", "open", "closed", "default",
    "export", "import", "download", "upload", "info", "detail", "page", "tree", "map", "history", "log",
    "schema", "config", "validate", "check", "verify", "status", "health", "version", "login", "logout",
    "register", "batch", "bulk", "daily", "weekly", "monthly", "yearly", "today", "nearby", "random",
    "featured", "public", "private", "index", "home", "menu", "json", "xml", "csv",
})  # fmt: skip
"""What stands after a plural in a path without being one of many."""


def is_value(segment: str) -> bool:
    """Of a step of a path: whether it is data by the look of it."""
    if _VERSION.fullmatch(segment):
        return False
    return len(segment) > MAX_WORD or _WORD.fullmatch(segment) is None


def is_usual(segment: str) -> bool:
    """Of a step after a plural: whether it is what interfaces have there, like ``search`` or ``me``."""
    word = segment.lower().partition(".")[0]
    return word in _USUAL or word.startswith(("get", "find", "list", "query", "search", "by-"))


def is_key(name: str) -> bool:
    """Of a member's name in JSON: whether it is a name that somebody chose, not data that serves as one."""
    if len(name) > 80 or _KEY_WORD.fullmatch(name) is None or "@" in name[1:]:
        return False
    digits = sum(sign.isdigit() for sign in name)
    return digits <= 4 and digits * 2 <= len(name)


def is_secret(name: str) -> bool:
    """Of a header or a member of the query: whether its value opens something."""
    return _SECRET.search(name) is not None


def plain_title(text: str) -> str:
    """A title without the words that may be values."""
    words = [word.strip("\"'()[],:;") for word in text.split()]
    return " ".join(word for word in words if word and not any(map(str.isdigit, word)) and "@" not in word)[
        :120
    ]
