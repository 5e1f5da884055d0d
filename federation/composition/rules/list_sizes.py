"""LIST_SIZE_*: @listSize names what there is."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import NonNullTypeNode, TypeNode

from federation.composition.draft import depth, named
from federation.composition.objection import Objection, objection
from federation.composition.source import FieldSource, SubgraphSource
from federation.supergraph_sdl.literals import Arguments, applied


def check(source: SubgraphSource) -> Iterator[Objection]:
    for declared in source.types.values():
        for child in declared.fields.values():
            for given in applied(child.carried, "listSize"):
                for code, fault, fix in _faults(source, child, given):
                    yield objection(
                        code,
                        (source.name,),
                        child.node,
                        f'@listSize on "{declared.name}.{child.name}": {fault}.',
                        fix,
                    )


def _faults(source: SubgraphSource, child: FieldSource, given: Arguments) -> Iterator[tuple[str, str, str]]:
    """Code, fault, fix."""
    sized = _names(given, "sizedFields")
    if not sized and not depth(child.type):
        yield (
            "LIST_SIZE_APPLIED_TO_NON_LIST",
            "the field is no list",
            "Remove it, or name under sizedFields the lists below.",
        )
    size = given.get("assumedSize")
    if isinstance(size, int) and size < 0:
        yield "LIST_SIZE_INVALID_ASSUMED_SIZE", f"an assumed size of {size}", "Write 0 or more."
    for name in _names(given, "slicingArguments"):
        argument = child.arguments.get(name)
        if argument is None or not _is_number(argument.type):
            yield (
                "LIST_SIZE_INVALID_SLICING_ARGUMENT",
                f'"{name}" is no argument that takes a number',
                "Name arguments of the field that are of type Int.",
            )
    inner = source.types.get(named(child.type))
    for name in sized:
        field = inner.fields.get(name) if inner is not None else None
        if field is None:
            yield (
                "LIST_SIZE_INVALID_SIZED_FIELD",
                f'"{name}" is no field of "{named(child.type)}"',
                "Name lists of that type.",
            )
        elif not depth(field.type):
            yield (
                "LIST_SIZE_APPLIED_TO_NON_LIST",
                f'"{named(child.type)}.{name}" is no list',
                "Name only lists.",
            )


def _names(given: Arguments, argument: str) -> list[str]:
    found = given.get(argument)
    return [str(name) for name in found] if isinstance(found, list) else []


def _is_number(type_: TypeNode) -> bool:
    bare = type_.type if isinstance(type_, NonNullTypeNode) else type_
    return not depth(bare) and named(bare) == "Int"
