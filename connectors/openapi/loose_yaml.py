"""YAML as descriptions hold it: the 1.2 core words, aliases shared and never copied, merge keys, repeated keys
told, unknown tags ignored. A line that YAML refuses is put in quotes and read again, a few times.

Must never: build anything but plain data, or raise anything but ``Unreadable``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from connectors.manifest.reading import plain
from connectors.openapi.marks import MAX_DEPTH, MAX_NODES, Mark, Read, Slip, Unreadable, merged

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_INDENT = re.compile(r"^( *\t[ \t]*)", re.MULTILINE)
_PAIR = re.compile(r"^(\s*(?:- +)*(?:[^\s#'\"\[\]{},][^:#]*|'[^']*'|\"[^\"]*\") *:)[ \t]+(\S.*?)[ \t]*$")
_ITEM = re.compile(r"^(\s*(?:- +)+)(\S.*?)[ \t]*$")
MAX_REPAIRS = 20
MAX_SLIPS = 100


def read_yaml(text: str) -> Read:
    """Raises: Unreadable."""
    slips: list[Slip] = []
    if _FORBIDDEN.search(text):
        slips.append(Slip("yaml.sign", 0, 0, "control characters stand in it", "remove them"))
        text = _FORBIDDEN.sub(" ", text)
    for _ in range(MAX_REPAIRS):
        reader = _Reader(text)
        try:
            reader.read()
        except yaml.YAMLError as error:
            repaired = _repaired(text, error, slips)
            if repaired is None:
                return _partial(reader, error, slips)
            text = repaired
            continue
        assert reader.root is not None
        return Read(*reader.root, [*slips, *reader.slips])
    raise Unreadable("too many lines are no YAML", slips[-1].line, slips[-1].column)


def _repaired(text: str, error: yaml.YAMLError, slips: list[Slip]) -> str | None:
    """The text with what was refused written so that YAML takes it; None if there is no way."""
    if _INDENT.search(text):
        tab = _INDENT.search(text)
        assert tab is not None
        slips.append(
            Slip(
                "yaml.tab",
                text.count("\n", 0, tab.start()) + 1,
                1,
                "lines are indented by tabs",
                "use spaces",
            )
        )
        return _INDENT.sub(lambda found: found.group().expandtabs(2), text)
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return None
    lines = text.split("\n")
    for number in (mark.line, mark.line - 1):
        if not 0 <= number < len(lines):
            continue
        line = lines[number].rstrip("\r")
        match = _PAIR.match(line) or _ITEM.match(line)
        if match is None or match.group(2)[0] in "'\"|>&":
            continue
        value = match.group(2).replace("'", "''")
        lines[number] = f"{match.group(1).rstrip()} '{value}'"
        problem = str(getattr(error, "problem", "") or "no YAML")
        slips.append(
            Slip("yaml.repaired", number + 1, match.start(2) + 1, problem[:200], "put the value in quotes")
        )
        return "\n".join(lines)
    return None


def _partial(reader: _Reader, error: yaml.YAMLError, slips: list[Slip]) -> Read:
    """What stands before the place where reading ended."""
    mark = getattr(error, "problem_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    problem = str(getattr(error, "problem", "") or "no YAML")[:200]
    if reader.begun is None or not isinstance(reader.begun[0], dict) or not reader.begun[0]:
        raise Unreadable(problem, line, column) from None
    slips.append(
        Slip("yaml.broken", line, column, f"{problem}: nothing after this could be read", "correct it")
    )
    return Read(*reader.begun, [*slips, *reader.slips])


class _Reader:
    def __init__(self, text: str) -> None:
        self._events: Iterator[Any] = yaml.parse(text, Loader=_Loader)
        self._anchors: dict[str, tuple[Any, Mark]] = {}
        self._sizes: dict[str, int] = {}
        self._nodes = 0
        self._unfolded = 0
        """Values with those that aliases stand for."""
        self.slips: list[Slip] = []
        self.root: tuple[Any, Mark] | None = None
        self.begun: tuple[Any, Mark] | None = None

    def read(self) -> None:
        """Raises: yaml.YAMLError, Unreadable."""
        for event in self._events:
            if isinstance(event, yaml.NodeEvent):
                if self.root is not None:
                    self._slip("yaml.documents", event, "a second document in one file", "split the file")
                    return
                self.root = self._node(event, 0)
        if self.root is None:
            raise Unreadable("there is nothing in it")

    def _node(self, event: Any, depth: int) -> tuple[Any, Mark]:
        self._nodes += 1
        self._unfolded += 1
        start = event.start_mark
        if self._nodes > MAX_NODES:
            raise Unreadable(f"more than {MAX_NODES} values", start.line + 1, start.column + 1)
        if depth > MAX_DEPTH:
            raise Unreadable(f"nested deeper than {MAX_DEPTH}", start.line + 1, start.column + 1)
        mark = Mark(start.line + 1, start.column + 1)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, mark)
        value: Any
        if isinstance(event, yaml.ScalarEvent):
            quoted = event.style in ("'", '"', "|", ">")
            value = event.value if quoted or event.tag == "tag:yaml.org,2002:str" else plain(event.value)
        elif isinstance(event, yaml.SequenceStartEvent):
            value, mark.members = [], []
        else:
            value, mark.members = {}, {}
        if event.anchor is not None:
            self._anchors[event.anchor] = (value, mark)
        if depth == 0:
            self.begun = (value, mark)
        before = self._unfolded
        if isinstance(value, list):
            self._items(value, mark, depth)
        elif isinstance(value, dict):
            self._members(value, mark, depth)
        if event.anchor is not None:
            self._sizes[event.anchor] = self._unfolded - before
        return value, mark

    def _alias(self, event: Any, mark: Mark) -> tuple[Any, Mark]:
        found = self._anchors.get(event.anchor)
        size = self._sizes.get(event.anchor, 0)
        if found is not None and self._unfolded + size > MAX_NODES:
            if not any(slip.code == "yaml.aliases" for slip in self.slips):
                message = f"aliases stand for more than {MAX_NODES} values: from here on they are left out"
                self._slip(
                    "yaml.aliases", event, message, "define it once under components, and refer to it by $ref"
                )
            return {}, mark
        if found is not None:
            self._unfolded += size
            return found[0], Mark(mark.line, mark.column, found[1].members)
        self._slip("yaml.alias", event, f"no anchor '{event.anchor[:80]}'", "put the word in quotes")
        return f"*{event.anchor}", mark

    def _items(self, value: list[Any], mark: Mark, depth: int) -> None:
        for event in self._events:
            if isinstance(event, yaml.SequenceEndEvent):
                return
            item, item_mark = self._node(event, depth + 1)
            value.append(item)
            mark.members.append(item_mark)

    def _members(self, value: dict[str, Any], mark: Mark, depth: int) -> None:
        for event in self._events:
            if isinstance(event, yaml.MappingEndEvent):
                return
            if isinstance(event, yaml.ScalarEvent):
                key: str | None = event.value
            else:
                self._node(event, depth + 1)
                self._slip("yaml.key", event, "a key that is no word: left out", "write a word")
                key = None
            item, item_mark = self._node(next(self._events), depth + 1)
            if key is None:
                continue
            if key == "<<":
                _inherit(value, item)
                continue
            item_mark.line, item_mark.column = event.start_mark.line + 1, event.start_mark.column + 1
            if key in mark.members:
                item = self._repeated(value, key, item, event)
            value[key], mark.members[key] = item, item_mark

    def _repeated(self, value: dict[str, Any], key: str, item: Any, event: Any) -> Any:
        self._slip("key.repeated", event, f"'{key[:80]}' stands here twice: the later one counts", "keep one")
        if isinstance(item, dict) and isinstance(value[key], dict):
            return merged(value[key], item)
        return item

    def _slip(self, code: str, event: Any, message: str, fix: str) -> None:
        if len(self.slips) < MAX_SLIPS:
            mark = event.start_mark
            self.slips.append(Slip(code, mark.line + 1, mark.column + 1, message, fix))


def _inherit(value: dict[str, Any], parents: Any) -> None:
    """YAML 1.1's merge key: what is written beside it wins."""
    for parent in parents if isinstance(parents, list) else [parents]:
        if isinstance(parent, dict):
            for key, item in parent.items():
                value.setdefault(key, item)
