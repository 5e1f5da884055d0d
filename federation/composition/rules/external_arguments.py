"""EXTERNAL_ARGUMENT_*: who names another's field with arguments says what the graph says of them."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import print_ast

from federation.composition.draft import DeclaredField, Draft, merge_input
from federation.composition.objection import Objection, objection
from federation.composition.source import InputSource


def check(draft: Draft, name: str) -> Iterator[Objection]:
    for field_name, fields in draft.fields_of(name):
        external = [d for d in fields if d.field.external]
        answering = [d for d in fields if draft.answers(d.subgraph, d.type, d.field)]
        for each in external if answering else ():
            for argument in dict.fromkeys(a for d in answering for a in d.field.arguments):
                yield from _argument(f"{name}.{field_name}({argument}:)", argument, each, answering)


def _argument(at: str, name: str, each: DeclaredField, answering: list[DeclaredField]) -> Iterator[Objection]:
    having = [d.field.arguments[name] for d in answering if name in d.field.arguments]
    if len(having) < len(answering):
        return  # it is no argument of the graph
    given = each.field.arguments.get(name)
    names = [each.subgraph.name, *(d.subgraph.name for d in answering)]
    merged = merge_input([a.type for a in having])
    fix = "Declare it as the subgraph does that answers the field."
    if given is None:
        yield objection(
            "EXTERNAL_ARGUMENT_MISSING",
            names,
            each.field.node,
            f'"{at}" is missing in {names[0]}, where the field is @external.',
            fix,
        )
    elif merged is not None and merge_input([given.type, merged]) is None:
        yield objection(
            "EXTERNAL_ARGUMENT_TYPE_MISMATCH",
            names,
            given.node,
            f'"{at}" is {print_ast(given.type)} in {names[0]}, where the field is @external, but {print_ast(merged)}.',
            fix,
        )
    elif _default(given) != (said := _default(*having)):
        yield objection(
            "EXTERNAL_ARGUMENT_DEFAULT_MISMATCH",
            names,
            given.node,
            f'"{at}" has the default {_default(given)} in {names[0]}, where the field is @external, '
            f"but {said}.",
            fix,
        )


def _default(*given: InputSource) -> str:
    """Of the graph: none where one of them has none."""
    values = [each.node.default_value for each in given]
    return print_ast(values[0]) if values[0] is not None and None not in values else "none"
