"""From the bytes of a description file to data with places: encodings, then JSON, loose JSON, YAML.

Must never: believe a file's name, or raise anything but ``Unreadable``.
"""

from __future__ import annotations

import json
from typing import Any

from connectors.openapi.loose_json import read_json
from connectors.openapi.loose_yaml import read_yaml
from connectors.openapi.marks import Mark, Pointer, Read, Slip, Unreadable

MAX_BYTES = 20 * 1024 * 1024

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)


class _RepeatedKey(ValueError):
    """Strict JSON would lose the first of two."""


class DescriptionFile:
    """One file, read. ``slips`` are what its writing got wrong."""

    def __init__(self, content: bytes) -> None:
        """Raises: Unreadable."""
        if len(content) > MAX_BYTES:
            raise Unreadable(f"over {MAX_BYTES // 1024 // 1024} MiB")
        self._text, slip = decoded(content)
        self._read = _read(self._text)
        self.value: Any = self._read.value
        self.slips: list[Slip] = [*slip, *self._read.slips]

    def at(self, pointer: Pointer) -> tuple[int, int]:
        """Line and column of a part."""
        if self._read.mark is None:
            try:
                self._read.mark = read_json(self._text).mark
            except Unreadable:
                self._read.mark = Mark(0, 0)
        mark = self._read.mark
        return (0, 0) if mark is None else mark.at(pointer)


def decoded(content: bytes) -> tuple[str, list[Slip]]:
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            text = content[len(bom) :].decode(encoding, "replace")
            return text, [
                Slip("text.bom", 1, 1, "a byte order mark stands before the text", "save as UTF-8 without it")
            ]
    try:
        return content.decode(), []
    except UnicodeDecodeError as error:
        place = content.count(b"\n", 0, error.start) + 1
        for encoding in ("gb18030", "cp1252"):
            try:
                text = content.decode(encoding)
            except UnicodeDecodeError:
                continue
            return text, [Slip("text.encoding", place, 1, f"not UTF-8; read as {encoding}", "save as UTF-8")]
        text = content.decode("utf-8", "replace")
        return text, [Slip("text.encoding", place, 1, "not UTF-8; signs were lost", "save as UTF-8")]


def _read(text: str) -> Read:
    if text.lstrip()[:1] not in ("{", "["):
        return read_yaml(text)
    try:
        return Read(json.loads(text, object_pairs_hook=_pairs))
    except (ValueError, RecursionError):
        pass
    loose: Read | Unreadable
    try:
        loose = read_json(text)
    except Unreadable as error:
        if "nested" in str(error) or "more than" in str(error):
            raise
        loose = error
    # flow style YAML is no JSON, and YAML reads it better
    if isinstance(loose, Unreadable) or any(slip.code == "json.broken" for slip in loose.slips):
        try:
            found = read_yaml(text.replace("\t", " "))
        except Unreadable:
            found = None
        if found is not None and isinstance(found.value, dict) and not _broken(found):
            return found
    if isinstance(loose, Unreadable):
        raise loose
    return loose


def _broken(read: Read) -> bool:
    return any(slip.code in ("yaml.broken", "yaml.repaired") for slip in read.slips)


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _RepeatedKey
    return found
