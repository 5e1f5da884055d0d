"""INTERFACE_OBJECT_USAGE_ERROR, INTERFACE_KEY_*: interfaces with keys, and the objects that stand for them."""

from __future__ import annotations

from collections.abc import Iterator

from federation.composition.draft import Declared, Draft
from federation.composition.objection import Objection, objection
from federation.composition.source import Kind, SubgraphSource


def check(draft: Draft, name: str) -> Iterator[Objection]:
    declared = draft.types[name]
    objects = [d for d in declared if d.type.interface_object]
    if objects:
        yield from _usage(draft, name, declared, objects)
    for each in declared:
        if each.type.kind is Kind.INTERFACE and not each.type.interface_object and each.type.keys:
            yield from _entity_interface(draft, each)


def _usage(draft: Draft, name: str, declared: list[Declared], objects: list[Declared]) -> Iterator[Objection]:
    if len(objects) == len(declared):
        yield objection(
            "INTERFACE_OBJECT_USAGE_ERROR",
            [d.subgraph.name for d in objects],
            objects[0].type.node,
            f'"{name}" is an @interfaceObject wherever it is defined.',
            "Define the interface itself in one subgraph, or drop @interfaceObject.",
        )
    for each in objects:
        if not each.type.keys:
            yield objection(
                "INTERFACE_OBJECT_USAGE_ERROR",
                (each.subgraph.name,),
                each.type.node,
                f'"{name}" is an @interfaceObject without a @key.',
                "Give it the key of the interface.",
            )
        for other in _beside(draft, name, each.subgraph):
            yield objection(
                "INTERFACE_OBJECT_USAGE_ERROR",
                (each.subgraph.name,),
                each.subgraph.types[other].node,
                f'"{other}" implements "{name}", which is an @interfaceObject in the same subgraph.',
                "Let a subgraph know either the interface or the object that stands for it.",
            )


def _beside(draft: Draft, interface: str, source: SubgraphSource) -> list[str]:
    """Object types of the subgraph that implement the interface there, or anywhere."""
    known = set(draft.implementations(interface)) | set(_implementing(source, interface))
    return sorted(known & source.types.keys())


def _entity_interface(draft: Draft, each: Declared) -> Iterator[Objection]:
    own = _implementing(each.subgraph, each.type.name)
    keys = {key.fields.needs for key in each.type.keys}
    for name in own:
        having = {key.fields.needs for key in each.subgraph.types[name].keys}
        if not keys <= having:
            yield objection(
                "INTERFACE_KEY_NOT_ON_IMPLEMENTATION",
                (each.subgraph.name,),
                each.subgraph.types[name].node,
                f'"{name}" lacks a @key of its interface "{each.type.name}".',
                "Repeat every key of the interface on each type that implements it.",
            )
    missing = [name for name in draft.implementations(each.type.name) if name not in own]
    if missing and any(key.resolvable for key in each.type.keys):
        yield objection(
            "INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE",
            (each.subgraph.name,),
            each.type.node,
            f'"{each.type.name}" has a resolvable @key in {each.subgraph.name}, which does not know '
            f"{', '.join(missing)} among its implementations.",
            "Define them there, with that key, or say resolvable: false.",
        )


def _implementing(source: SubgraphSource, interface: str) -> list[str]:
    return [n for n, t in source.types.items() if t.kind is Kind.OBJECT and interface in t.interfaces]
