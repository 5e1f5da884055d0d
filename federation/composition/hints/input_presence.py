"""INCONSISTENT_ARGUMENT_PRESENCE, INCONSISTENT_INPUT_OBJECT_FIELD: an optional argument, or field of an input, that not
everybody knows is not in the graph."""

from __future__ import annotations

from collections.abc import Iterator

from federation.composition.draft import Draft, is_required
from federation.composition.hints.given_inputs import GivenInput, arguments, input_fields
from federation.composition.hints.hint import here_not_there, hint
from federation.composition.objection import Objection

_EVERYWHERE = {
    "INCONSISTENT_ARGUMENT_PRESENCE": "Add the argument in every subgraph that answers the field, or remove it.",
    "INCONSISTENT_INPUT_OBJECT_FIELD": "Add it in every subgraph that declares the input, or remove it.",
}


def check(draft: Draft, name: str) -> Iterator[Objection]:
    for each in arguments(draft, name):
        yield from left_out("INCONSISTENT_ARGUMENT_PRESENCE", each)
    for each in input_fields(draft, name):
        yield from left_out("INCONSISTENT_INPUT_OBJECT_FIELD", each)


def left_out(code: str, given: GivenInput) -> Iterator[Objection]:
    """Not where it is required: that is an error."""
    if given.missing and not any(is_required(each) for _, each in given.declared):
        having = [subgraph for subgraph, _ in given.declared]
        yield hint(
            code,
            (*having, *given.missing),
            given.declared[0][1].node,
            f'"{given.at}" is left out of the graph: it is {here_not_there(having, given.missing)}.',
            _EVERYWHERE[code],
        )
