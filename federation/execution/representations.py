"""Entities found in the data and turned into representations. Built once per fetch, then plain functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import specified_scalar_types

from federation.execution.failures import Failure
from federation.fieldsets import Need
from federation.planning.draft import LIST, Path, Segment
from federation.planning.keys import ResponseKeys
from federation.planning.plan import Input
from federation.supergraph import Supergraph

Entity = dict[str, Any]
Reader = Callable[[Any], Any]

_PLAIN = frozenset(specified_scalar_types)
"""Scalars whose values nothing can be within."""


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a representation: its name there, its key in the data, and how a composite value is
    read."""

    name: str
    key: str
    read: Reader | None


class EntityReader:
    """Reads the representations of one input of a fetch."""

    __slots__ = ("_keys", "_path", "_requires", "_type", "input")

    def __init__(self, supergraph: Supergraph, given: Input, keys: ResponseKeys) -> None:
        self.input = given
        self._type = given.type
        self._path = given.path
        self._keys = parts_of(supergraph, keys, given.of, given.keys, strict=True)
        self._requires = parts_of(supergraph, keys, given.of, given.requires, strict=False)

    def entities(self, data: Entity) -> list[Entity]:
        return find(data, self._path)

    def represent(self, entity: Entity) -> Entity | Failure | None:
        """The representation; None where a key is missing, a failure where what is needed has failed."""
        found: Entity = {"__typename": self._type}
        for part in self._keys:
            value = entity.get(part.key)
            if part.read is not None and value is not None and not isinstance(value, Failure):
                value = part.read(value)
            if value is None or isinstance(value, Failure):
                return value
            found[part.name] = value
        for part in self._requires:
            if part.key not in entity:
                continue
            value = entity[part.key]
            if part.read is not None and not isinstance(value, Failure):
                value = part.read(value)
            if isinstance(value, Failure):
                return value
            found[part.name] = value
        return found


def find(data: Entity, path: Path) -> list[Entity]:
    """All objects at a path, in document order."""
    level: list[Any] = [data]
    for segment in path:
        level = each_at(level, segment)
    return [value for value in level if type(value) is dict]


def each_at(level: Sequence[Any], segment: Segment) -> list[Any]:
    """What one segment of a path leads to from several values."""
    if segment == LIST:
        return [each for value in level if type(value) is list for each in value]
    if isinstance(segment, str):
        return [value[segment] for value in level if type(value) is dict and segment in value]
    return [v for v in level if type(v) is dict and type_name_of(v) in segment]


def type_name_of(value: Entity) -> str:
    """A department may say anything here, a list as well."""
    name = value.get("__typename")
    return name if type(name) is str else ""


def identity(representation: Entity) -> object:
    """Equal for equal representations. With their types, since to Python true is 1, but not to a custom scalar."""
    values = tuple(representation.values())
    try:
        hash(values)
    except TypeError:
        return repr(values)
    return values, tuple(map(type, values))


def parts_of(
    supergraph: Supergraph, keys: ResponseKeys, type_name: str, needs: Sequence[Need], *, strict: bool
) -> tuple[Part, ...]:
    found: dict[str, Part] = {}
    for need in needs:
        if need.name == "__typename" or not _applies(supergraph, need, type_name):
            continue
        child = supergraph.fields[type_name][need.name]
        inner = tuple(n for each in needs if each.name == need.name for n in each.needs)
        read: Reader | None = None
        if inner:
            read = _reader(supergraph, keys, child.named, inner, strict=strict)
        elif child.depth or child.named not in _PLAIN:
            read = _whole
        found[need.name] = Part(need.name, keys.key(type_name, need.name, need.arguments), read)
    return tuple(found.values())


def _applies(supergraph: Supergraph, need: Need, type_name: str) -> bool:
    return need.on is None or type_name in supergraph.possible.get(need.on, ())


def _reader(
    supergraph: Supergraph, keys: ResponseKeys, type_name: str, needs: tuple[Need, ...], *, strict: bool
) -> Reader:
    possible = supergraph.possible[type_name]
    abstract = possible != (type_name,)
    parts = {each: parts_of(supergraph, keys, each, needs, strict=strict) for each in possible}

    def read(value: Any) -> Any:
        if isinstance(value, list):
            found = [read(each) for each in value]
            return next((each for each in found if type(each) is Failure), found)
        if not isinstance(value, dict):
            return value
        if abstract and isinstance(value.get("__typename"), Failure):
            return value["__typename"]
        name = type_name_of(value) if abstract else type_name
        return _object(value, parts.get(name, ()), name if abstract else None, strict)

    return read


def _whole(value: Any) -> Any:
    """The value, or a failure that an error's path has put into a list or a custom scalar's value."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if type(each) is Failure:
            return each
        if type(each) is list:
            waiting.extend(each)
        elif type(each) is dict:
            waiting.extend(each.values())
    return value


def _object(value: Entity, parts: Iterable[Part], name: str | None, strict: bool) -> Any:
    found: Entity = {"__typename": name} if name else {}
    for part in parts:
        inner = value.get(part.key)
        if part.read is not None and inner is not None and not isinstance(inner, Failure):
            inner = part.read(inner)
        if isinstance(inner, Failure) or (inner is None and strict):
            return inner
        found[part.name] = inner
    return found
