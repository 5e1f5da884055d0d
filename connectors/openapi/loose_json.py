"""JSON as people write it by hand: comments, trailing and missing commas, single quotes, bare words, raw line
breaks in texts, an end that is missing. Every liberty taken is a slip with its place.

One pass over tokens, no recursion. Must never: raise anything but ``Unreadable``.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from typing import Any

from connectors.manifest.reading import plain
from connectors.openapi.marks import MAX_DEPTH, MAX_NODES, Mark, Read, Slip, Unreadable, merged

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n\f\v\u00a0\ufeff]+)|(?P<comment>//[^\n]*|/\*.*?\*/|\#[^\n]*)
    |(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<mark>[{}\[\]:,])
    |(?P<word>[^\s{}\[\]:,"']+(?:[ \t]+[^\s{}\[\]:,"']+)*)
    |(?P<stray>.)""",
    re.VERBOSE | re.DOTALL,
)
_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None}
_ESCAPE = re.compile(r'\\(?!["\\/bfnrt]|u[0-9a-fA-F]{4})')
MAX_SLIPS = 100


def read_json(text: str) -> Read:
    """Raises: Unreadable."""
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = [0, *(match.end() for match in re.finditer("\n", text))]
        self._slips: list[Slip] = []
        self._nodes = 0
        self._holder: list[tuple[Any, Mark]] = []
        self._key: str | None = None
        self._key_mark = Mark(1, 1)
        self._root: tuple[Any, Mark] | None = None
        self._comma = True
        """Whether a value may follow: at the beginning, and after a comma or colon."""
        self._pending = False
        """Whether the last token was a comma."""

    def read(self) -> Read:
        for match in _TOKEN.finditer(self._text):
            kind = match.lastgroup
            if kind == "space":
                continue
            if self._root is not None and not self._holder:
                if kind != "comment":
                    self._slip(match.start(), "something stands after the end", "remove it")
                    break
                continue
            if kind == "comment":
                self._slip(match.start(), "JSON knows no comments", "remove it")
            elif kind == "stray":
                self._slip(
                    match.start(),
                    "a quote without its end, or a stray sign",
                    "close or remove it",
                    "json.broken",
                )
            elif kind == "mark":
                self._sign(match.group(), match.start())
            else:
                self._scalar(match.group(), match.start(), kind == "text")
        return self._end()

    def _end(self) -> Read:
        if self._root is None and self._holder:
            self._root = self._holder[0]
            self._slip(len(self._text), "the end is missing: brackets stay open", "close them")
        if self._root is None:
            raise Unreadable("there is nothing in it")
        value, mark = self._root
        return Read(value, mark, self._slips)

    def _sign(self, sign: str, at: int) -> None:
        if sign in "{[":
            self._open({} if sign == "{" else [], at)
        elif sign in "}]":
            self._close(sign, at)
        elif sign == ",":
            if self._pending or (self._holder and not self._holder[-1][0]):
                self._slip(at, "a comma with nothing before it", "remove it")
            if self._key is not None:
                self._put(None, self._mark(at), at)
            self._comma = self._pending = True
        elif self._key is None:
            self._slip(at, "a colon without a key", "remove it", "json.broken")

    def _open(self, made: Any, at: int) -> None:
        if len(self._holder) >= MAX_DEPTH:
            raise Unreadable(f"nested deeper than {MAX_DEPTH}", *self._at(at))
        mark = self._mark(at)
        mark.members = {} if isinstance(made, dict) else []
        held = self._put(made, mark, at)
        self._holder.append((held, mark) if held is not None else (made, mark))
        self._comma, self._pending = True, False

    def _close(self, sign: str, at: int) -> None:
        if not self._holder:
            self._slip(at, f"a '{sign}' too many", "remove it")
            return
        if self._key is not None:
            self._put(None, self._mark(at), at)
        if self._pending:
            self._slip(at, "a comma with nothing after it", "remove it")
        opened = self._holder[-1]
        if isinstance(opened[0], dict) != (sign == "}"):
            self._slip(at, f"'{sign}' closes what it did not open", "write the other bracket", "json.broken")
        self._holder.pop()
        if not self._holder:
            self._root = opened
        self._comma = self._pending = False

    def _scalar(self, token: str, at: int, quoted: bool) -> None:
        holder = self._holder[-1][0] if self._holder else None
        value = self._unquoted(token, at) if quoted else self._bare(token, at)
        if isinstance(holder, dict) and self._key is None:
            if not self._comma:
                self._slip(at, "a comma is missing before this", "add it")
            self._key, self._key_mark = value if isinstance(value, str) else token, self._mark(at)
            self._pending = False
            return
        self._put(value, self._mark(at), at)

    def _unquoted(self, token: str, at: int) -> str:
        if token[0] == '"':
            try:
                found = json.loads(token, strict=False)
            except ValueError:
                self._slip(at, "a backslash that begins no escape", "write two")
                found = json.loads(_ESCAPE.sub(r"\\\\", token), strict=False)
            if isinstance(found, str) and any(sign in token for sign in "\n\t"):
                self._slip(at, "a raw line break or tab in a text", r"write \n or \t")
            return str(found)
        self._slip(at, "a text in single quotes", "use double quotes")
        return token[1:-1].replace("\\'", "'")

    def _bare(self, token: str, at: int) -> Any:
        if token in _WORDS:
            return _WORDS[token]
        found = plain(token)
        if not isinstance(found, int | float) or isinstance(found, bool):
            self._slip(at, "a word without quotes", "put it in double quotes")
        return found

    def _put(self, value: Any, mark: Mark, at: int) -> Any:
        """Into what is open. Gives the dict that already stood under the same key, if both are dicts."""
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise Unreadable(f"more than {MAX_NODES} values", *self._at(at))
        if not self._holder:
            if not isinstance(value, dict | list):
                self._root = (value, mark)
            return None
        holder, holder_mark = self._holder[-1]
        if isinstance(holder, list):
            if not self._comma:
                self._slip(at, "a comma is missing before this", "add it")
            holder.append(value)
            holder_mark.members.append(mark)
        else:
            key = self._key
            if key is None:
                self._slip(at, "a value without a key", "give it one", "json.broken")
                return None
            value = self._keyed(holder, key, value)
            mark.line, mark.column = self._key_mark.line, self._key_mark.column
            holder_mark.members[key] = mark
            self._key = None
        self._comma = self._pending = False
        return value

    def _keyed(self, holder: dict[str, Any], key: str, value: Any) -> Any:
        if key in holder:
            self._say(
                "key.repeated",
                self._key_mark.line,
                self._key_mark.column,
                f"'{key[:80]}' stands here twice: the later one counts",
                "keep one",
            )
            if isinstance(holder[key], dict) and value == {}:
                value = merged(holder[key], value)
        holder[key] = value
        return value

    def _slip(self, at: int, message: str, fix: str, code: str = "json.repaired") -> None:
        """``json.broken``: something may have been lost."""
        self._say(code, *self._at(at), message, fix)

    def _say(self, code: str, line: int, column: int, message: str, fix: str) -> None:
        if len(self._slips) < MAX_SLIPS:
            self._slips.append(Slip(code, line, column, message, fix))

    def _mark(self, at: int) -> Mark:
        return Mark(*self._at(at))

    def _at(self, at: int) -> tuple[int, int]:
        line = bisect_right(self._lines, at)
        return line, at - self._lines[line - 1] + 1
