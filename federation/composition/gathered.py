"""What the types and fields of the graph carry, gathered from all subgraphs: also from what an interface stands for, so that
nothing that restricts access is weaker by way of it. It merges nothing."""

from __future__ import annotations

from federation.composition.carried import merge_access
from federation.composition.draft import DeclaredField, Draft
from federation.composition.source import Carried, Kind, TypeSource


def carried_by_type(draft: Draft, name: str) -> list[Carried]:
    """By the type; by an interface what its objects demand too."""
    declared = draft.types[name]
    found = [d.type.carried for d in declared]
    if declared[0].type.kind is Kind.INTERFACE:
        objects = draft.implementations(name)
        found.append(merge_access(d.type.carried for each in objects for d in draft.types[each]))
    return found


def carried_by_field(declared: list[DeclaredField], above: list[TypeSource]) -> list[Carried]:
    """By a field of a type with ``above``."""
    name = declared[0].field.name
    return [
        *(d.field.carried for d in declared),
        *(merge_access([each.fields[name].carried]) for each in above if name in each.fields),
    ]


def access_from_above(draft: Draft, name: str) -> list[TypeSource]:
    """Whose demands hold for the type's fields too: those of an interface's implementations, and of an object's
    interface objects."""
    declared = draft.types[name]
    if declared[0].type.kind is Kind.INTERFACE:
        return [d.type for n in draft.implementations(name) for d in draft.types[n]]
    interfaces = dict.fromkeys(i for d in declared for i in d.type.interfaces)
    found = (d.type for i in interfaces for d in draft.types.get(i, ()))
    return [each for each in found if each.interface_object]
