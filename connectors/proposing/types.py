"""GraphQL types from described values: each described object becomes one type, under its own name or that of its
place, whatever the order of the operations.

Must never: give two things one name, or leave a type without fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.backend import Described
from connectors.proposing.names import RESERVED_TYPES, enum_names, field_name, free, type_name

MAX_TYPES = 2_000
MAX_FIELDS = 12_000
"""Of all types: what a person can still look through, and what fits into a manifest."""
MAX_LISTS = 8
MAX_PATH = 300

_SCALARS: Mapping[str, str] = {"string": "String", "integer": "Int", "number": "Float", "boolean": "Boolean"}
_FORMATS: Mapping[tuple[str, str], str] = {
    ("string", "date"): "Date",
    ("string", "date-time"): "DateTime",
    ("string", "datetime"): "DateTime",
    ("integer", "int64"): "Long",
    ("integer", "long"): "Long",
    ("integer", "uint32"): "Long",
    ("integer", "uint64"): "Long",
    ("integer", "decimal"): "Decimal",
    ("number", "decimal"): "Decimal",
}

JSON = "JSON"


@dataclass(slots=True)
class ObjectType:
    """``fields``: GraphQL name → what the manifest says of it. ``among``: what is described where it is one of several."""

    name: str
    described: Described
    fields: dict[str, Any] = field(default_factory=dict)
    among: Described | None = None


@dataclass(frozen=True, slots=True)
class Use:
    """How a value is typed: the GraphQL type, and for an enum its values by name where they differ."""

    type: str
    enum: Mapping[str, str] | None = None
    """Value → name."""


class Types:
    """The types of one manifest."""

    def __init__(self, prefix: str = "", fallback: str = "") -> None:
        """``prefix`` stands before every type; ``fallback`` before those whose name is kept for others."""
        self._prefix = prefix
        self._fallback = fallback
        self._of: dict[int, ObjectType] = {}
        self._enums: dict[tuple[str, ...], str] = {}
        self._taken: set[str] = set()
        self._waiting: list[ObjectType] = []
        self._count = 0
        self.objects: dict[str, ObjectType] = {}
        self.enums: dict[str, tuple[str, ...]] = {}
        self.unions: dict[str, Mapping[str, Any]] = {}
        """Name → the manifest's ``oneOf``."""
        self._union_of: dict[int, tuple[str, Described]] = {}
        self.unnamed: list[str] = []
        """Fields that no path can reach, as ``Type: name``."""
        self.cut = False
        """Whether there was more than a manifest holds."""

    def use(self, described: Described, place: str) -> Use:
        """The type of a value; ``place`` names it where it has no name of its own."""
        return self._use(described, place, 0)

    def _use(self, described: Described, place: str, depth: int) -> Use:
        if described.shape == "list":
            if described.item is None or depth > MAX_LISTS:
                return Use(JSON)
            inner = self._use(described.item, place, depth + 1)
            return Use(JSON) if inner.type == JSON else Use(f"[{inner.type}!]", inner.enum)
        if described.shape == "object":
            return Use(self._object(described, place))
        if described.shape == "opaque":
            return Use(JSON)
        if described.shape == "string" and len(described.enum) > 1:
            return self._enum(described, place)
        return Use(_FORMATS.get((described.shape, described.format), _SCALARS[described.shape]))

    def _enum(self, described: Described, place: str) -> Use:
        values = tuple(value for value in described.enum if value.strip())
        names = enum_names(values) if 1 < len(values) <= 200 else None
        if names is None:
            return Use("String")
        key = tuple(names.values())
        if key not in self._enums:
            self._enums[key] = self.name(described.name or place)
            self.enums[self._enums[key]] = key
        same = all(value == name for value, name in names.items())
        return Use(self._enums[key], None if same else names)

    def _object(self, described: Described, place: str) -> str:
        known = self._of.get(id(described.fields))
        if known is not None:
            return known.name
        if len(self._of) >= MAX_TYPES or self._count + len(described.fields) > MAX_FIELDS:
            self.cut = True
            return JSON
        union = self._union(described, place) if described.by else ""
        if union:
            return union
        named = dict(self._fields(described, described.name or place))
        if not named:
            return JSON
        self._count += len(named)
        made = ObjectType(self.name(described.name or place), described)
        self._of[id(described.fields)] = self.objects[made.name] = made
        self._waiting.append(made)
        return made.name

    def _union(self, described: Described, place: str) -> str:
        """Its name; empty where an object with the fields of all is the better type."""
        known = self._union_of.get(id(described.fields))
        if known is not None:
            return known[0]
        chosen = dict(described.choices)
        plain = all(each.shape == "object" and not each.by for each in chosen.values())
        name = ""
        if plain and path_to(described.by) and len({id(each.fields) for each in chosen.values()}) > 1:
            types = {word: self._object(each, place + type_name(word)) for word, each in chosen.items()}
            if JSON not in types.values():
                name = self.name(described.name or place)
                for each in chosen.values():
                    self._of[id(each.fields)].among = described
                self.unions[name] = {"by": path_to(described.by), "types": types}
        self._union_of[id(described.fields)] = name, described
        return name

    def settle(self) -> None:
        """Types the fields of every type, and of the types that they need, nearest first."""
        while self._waiting:
            made = self._waiting.pop(0)
            for name, source in self._fields(made.described, made.name):
                value = made.described.fields[source]
                place = made.name + type_name(name)
                told = value if made.among is None else made.among.fields.get(source, value)
                made.fields[name] = _spec(self.use(value, place), told, name, path_to(source))

    def _fields(self, described: Described, owner: str) -> Iterator[tuple[str, str]]:
        """GraphQL name and the description's own, names that are good already first served."""
        sources = [source for source in described.fields if path_to(source)]
        lost = [f"{owner}: {source}" for source in described.fields if not path_to(source)]
        self.unnamed.extend(each for each in lost if each not in self.unnamed)
        taken = {source for source in sources if field_name(source) == source}
        names = {source: source for source in taken}
        for source in sorted(sources):
            if source not in names:
                names[source] = free(field_name(source), taken)
                taken.add(names[source])
        for source in sources:
            yield names[source], source

    def name(self, text: str) -> str:
        """A type's own name, from what the description or the place calls it."""
        name = self._prefix + type_name(text)
        if name in RESERVED_TYPES or name.startswith("_"):
            name = (self._fallback or "Own") + name
        name = free(name, self._taken)
        self._taken.add(name)
        return name


def path_to(source: str) -> str:
    """A property's name as a path of the manifest; empty where none leads there."""
    if source == "@" or not source or '"' in source or len(source) > MAX_PATH:
        return ""
    plain = not any(sign in source for sign in '.[]"') and not any(sign.isspace() for sign in source)
    return source if plain else f'"{source}"'


def _spec(use: Use, described: Described, name: str, path: str) -> Any:
    """The shortest that says it: a path alone where the description tells the type (``described``: what it tells there)."""
    if use.enum is None and use.type == _told(described):
        return path
    spec: dict[str, Any] = {"type": use.type}
    if path != name:
        spec["from"] = path
    if use.enum is not None:
        spec["enum"] = dict(use.enum)
    return spec


def _told(described: Described) -> str:
    """What the mapping takes a value for when the manifest says no type."""
    if described.shape == "list" and described.item is not None:
        inner = _told(described.item)
        return f"[{inner}!]" if inner else ""
    return _SCALARS.get(described.shape, "")
