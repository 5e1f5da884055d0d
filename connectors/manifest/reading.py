"""YAML to plain values with the place of every key: safe, small, and without surprises.

The YAML 1.2 core schema: ``no`` and ``on`` are words, a date is a word, a key is always a word. Anchors,
aliases, tags and repeated keys are refused, nodes and depth are capped. Must never: build anything but dict,
list, str, int, float, bool, None.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from connectors.manifest.findings import Finding, ManifestRejected

MAX_BYTES = 1024 * 1024
MAX_NODES = 50_000
MAX_DEPTH = 40

Place = tuple[str | int, ...]

_INT = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)([eE][-+]?[0-9]{1,3})?")
_WORDS = {"": None, "~": None, "null": None, "Null": None, "NULL": None} | {
    word: word.lower() == "true" for word in ("true", "True", "TRUE", "false", "False", "FALSE")
}


@dataclass(slots=True)
class Source:
    """A read file: its value, and where each part of it stands."""

    file: str
    value: Any = None
    places: dict[Place, tuple[int, int]] = field(default_factory=dict)

    def at(self, place: Place) -> tuple[int, int]:
        """The line and column of ``place``, or of the nearest part around it."""
        while place and place not in self.places:
            place = place[:-1]
        return self.places.get(place, (1, 1))

    def finding(
        self, code: str, place: Place, message: str, fix: str = "", severity: Any = "error"
    ) -> Finding:
        line, column = self.at(place)
        return Finding(code, severity, self.file, line, column, message, fix)


def read(text: str, file: str) -> Source:
    """Raises: ManifestRejected."""
    source = Source(file)
    if len(text.encode()) > MAX_BYTES:
        raise ManifestRejected([Finding("yaml.size", "error", file, 0, 0, "the file is over 1 MiB")])
    try:
        events = yaml.parse(text, Loader=_Loader)
        reader = _Reader(source, events)
        source.value = reader.document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        problem = error.problem or "not YAML"
        raise ManifestRejected([Finding("yaml.syntax", "error", file, line, column, problem)]) from None
    except yaml.YAMLError:
        raise ManifestRejected([Finding("yaml.syntax", "error", file, 0, 0, "not YAML")]) from None
    return source


_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Reader:
    def __init__(self, source: Source, events: Iterator[Any]) -> None:
        self._source = source
        self._events = events
        self._nodes = 0

    def document(self) -> Any:
        value: Any = None
        seen = False
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                if seen:
                    self._refuse("yaml.documents", event, "one document a file")
                seen = True
            elif isinstance(event, yaml.NodeEvent):
                value = self._node(event, ())
        return value

    def _node(self, event: Any, place: Place) -> Any:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            self._refuse("yaml.nodes", event, f"more than {MAX_NODES} nodes")
        if len(place) > MAX_DEPTH:
            self._refuse("yaml.depth", event, f"nested deeper than {MAX_DEPTH}")
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            self._refuse("yaml.alias", event, "anchors and aliases are not used here", "write it out")
        if event.tag is not None and event.tag != "!":
            self._refuse("yaml.tag", event, "tags are not used here", "remove the tag")
        self._source.places.setdefault(place, (event.start_mark.line + 1, event.start_mark.column + 1))
        if isinstance(event, yaml.ScalarEvent):
            quoted = event.style in ("'", '"', "|", ">") or not event.implicit[0]
            return event.value if quoted else plain(event.value)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(place)
        return self._dict(place)

    def _list(self, place: Place) -> list[Any]:
        found: list[Any] = []
        for event in self._events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            found.append(self._node(event, (*place, len(found))))
        return found

    def _dict(self, place: Place) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for event in self._events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            if not isinstance(event, yaml.ScalarEvent) or event.anchor is not None:
                self._refuse("yaml.key", event, "a key is a plain word")
            key = str(event.value)
            if key in found:
                self._refuse("yaml.repeated", event, f"'{key}' stands here twice", "keep one")
            here = (*place, key)
            self._source.places[here] = (event.start_mark.line + 1, event.start_mark.column + 1)
            found[key] = self._node(next(self._events), here)
        return found

    def _refuse(self, code: str, event: Any, message: str, fix: str = "") -> None:
        mark = event.start_mark
        raise ManifestRejected(
            [Finding(code, "error", self._source.file, mark.line + 1, mark.column + 1, message, fix)]
        )


def plain(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        # a leading zero is a code ("0000"), not a number
        return text if len(text.lstrip("+-")) > 1 and text.lstrip("+-")[0] == "0" else int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text
