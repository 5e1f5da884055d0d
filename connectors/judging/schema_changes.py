"""The types of two schemas as their clients see them, compared by coordinate.

Which change is which: GraphQL specification, sections 5 and 6, read for a client that was written against the old one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLType,
    GraphQLUnionType,
    Undefined,
)

from connectors.judging.model import Change

_KEEP = "keep it, deprecated, until nobody asks for it"


def schema_changes(
    before: Mapping[str, GraphQLNamedType], after: Mapping[str, GraphQLNamedType]
) -> Iterator[Change]:
    """Types by name; those that are the same need not be among them."""
    for name in before.keys() - after.keys():
        yield Change("breaking", name, f"the type {name} is gone", _KEEP)
    for name in after.keys() - before.keys():
        yield Change("safe", name, f"the type {name} is new")
    for name in before.keys() & after.keys():
        yield from _type(before[name], after[name])


def _type(old: GraphQLNamedType, new: GraphQLNamedType) -> Iterator[Change]:
    if type(old) is not type(new):
        yield Change(
            "breaking", old.name, f"{old.name} is another kind of type", "give the new one a new name"
        )
    elif isinstance(old, GraphQLEnumType) and isinstance(new, GraphQLEnumType):
        yield from _members(old.name, old.values.keys(), new.values.keys(), "value")
    elif isinstance(old, GraphQLUnionType) and isinstance(new, GraphQLUnionType):
        yield from _members(old.name, {t.name for t in old.types}, {t.name for t in new.types}, "member")
    elif isinstance(old, GraphQLInputObjectType) and isinstance(new, GraphQLInputObjectType):
        yield from _inputs(old.fields, new.fields, lambda name: f"{old.name}.{name}")
    elif isinstance(old, _OUTPUTS) and isinstance(new, _OUTPUTS):
        yield from _fields(old, new)


_OUTPUTS = (GraphQLObjectType, GraphQLInterfaceType)


def _members(owner: str, old: Iterable[str], new: Iterable[str], what: str) -> Iterator[Change]:
    before, after = set(old), set(new)
    for name in before - after:
        yield Change("breaking", f"{owner}.{name}", f"the {what} {name} is gone", _KEEP)
    for name in after - before:
        message = f"the {what} {name} is new: a client may not know what to do with it"
        yield Change("dangerous", f"{owner}.{name}", message, "tell the clients first")


def _fields(
    old: GraphQLObjectType | GraphQLInterfaceType, new: GraphQLObjectType | GraphQLInterfaceType
) -> Iterator[Change]:
    for name in old.fields.keys() - new.fields.keys():
        yield Change("breaking", f"{old.name}.{name}", f"{old.name}.{name} is gone", _KEEP)
    for name in new.fields.keys() - old.fields.keys():
        yield Change("safe", f"{old.name}.{name}", f"{old.name}.{name} is new")
    for name in old.fields.keys() & new.fields.keys():
        coordinate, before, after = f"{old.name}.{name}", old.fields[name], new.fields[name]
        if not _same(before.type, after.type):
            stricter = _gives(before.type, after.type)
            message = f"{coordinate} was {before.type} and is {after.type}"
            fix = "" if stricter else "give the new one a new name, and keep the old one for a time"
            yield Change("safe" if stricter else "breaking", coordinate, message, fix)
        if before.deprecation_reason is None and after.deprecation_reason is not None:
            yield Change("safe", coordinate, f"{coordinate} is deprecated")
        yield from _arguments(coordinate, before.args, after.args)
    for interface in {i.name for i in old.interfaces} - {i.name for i in new.interfaces}:
        yield Change("breaking", old.name, f"{old.name} is no {interface} any more", "keep the interface")


def _arguments(
    coordinate: str, old: Mapping[str, GraphQLArgument], new: Mapping[str, GraphQLArgument]
) -> Iterator[Change]:
    yield from _inputs(old, new, lambda name: f"{coordinate}({name}:)")


_Inputs = Mapping[str, GraphQLArgument] | Mapping[str, GraphQLInputField]


def _inputs(old: _Inputs, new: _Inputs, named: Callable[[str], str]) -> Iterator[Change]:
    for name in old.keys() - new.keys():
        yield Change("breaking", named(name), f"{named(name)} is gone", "keep it, and let it do nothing")
    for name in new.keys() - old.keys():
        added = new[name]
        if isinstance(added.type, GraphQLNonNull) and added.default_value is Undefined:
            fix = "make it optional, or give it a default"
            yield Change("breaking", named(name), f"{named(name)} is new and must be given", fix)
        else:
            yield Change("safe", named(name), f"{named(name)} is new")
    for name in old.keys() & new.keys():
        before, after = old[name], new[name]
        if not _same(before.type, after.type):
            # what a client sends: whatever the old type took, the new one must take
            looser = _gives(after.type, before.type)
            message = f"{named(name)} was {before.type} and is {after.type}"
            fix = "" if looser else "take what the old one took"
            yield Change("safe" if looser else "breaking", named(name), message, fix)
        if before.default_value != after.default_value:
            message = f"{named(name)} has another default"
            yield Change("dangerous", named(name), message, "tell those who leave it out")


def _same(old: GraphQLType, new: GraphQLType) -> bool:
    return str(old) == str(new)


def _gives(old: GraphQLType, new: GraphQLType) -> bool:
    """Every value of ``new`` is one of ``old``: the same but for more non-nulls."""
    if isinstance(old, GraphQLNonNull):
        return isinstance(new, GraphQLNonNull) and _gives(old.of_type, new.of_type)
    if isinstance(new, GraphQLNonNull):
        return _gives(old, new.of_type)
    if isinstance(old, GraphQLList):
        return isinstance(new, GraphQLList) and _gives(old.of_type, new.of_type)
    return _same(old, new)
