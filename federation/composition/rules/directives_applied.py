"""INVALID_GRAPHQL: a directive stands where it may, with the arguments it takes, and as often as it may."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import ConstDirectiveNode

from federation.composition.directive_shapes import SHAPES, Shape, applications, shape_of
from federation.composition.objection import Objection, objection
from federation.composition.source import SubgraphSource


def check(source: SubgraphSource) -> Iterator[Objection]:
    own = {name: shape_of(definition) for name, definition in source.definitions.items()}
    for location, given in applications(source.document):
        seen: set[str] = set()
        for directive in given:
            name = directive.name.value
            said = source.links.names.get(name)
            shape = SHAPES.get(said, own.get(name)) if said is not None else own.get(name)
            if shape is None:
                continue
            for fault, fix in _faults(directive, shape, location, name in seen):
                yield objection("INVALID_GRAPHQL", (source.name,), directive, f"@{name} {fault}.", fix)
            seen.add(name)


def _faults(
    directive: ConstDirectiveNode, shape: Shape, location: str, again: bool
) -> Iterator[tuple[str, str]]:
    if location not in shape.locations:
        yield f"may not stand on {location}", f"It stands on {', '.join(sorted(shape.locations))}."
        return
    if again and not shape.repeatable:
        yield "stands twice on one element", "Remove one of the two."
    given = {argument.name.value for argument in directive.arguments}
    for name in sorted(given - shape.arguments.keys()):
        yield f'takes no argument "{name}"', f"It takes {', '.join(shape.arguments) or 'none'}."
    for name, required in shape.arguments.items():
        if required and name not in given:
            yield f'lacks its argument "{name}"', f"Write {name}: …"
