"""INCONSISTENT_DEFAULT_VALUE_PRESENCE: a default value that not everybody has is not the graph's."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from graphql import print_ast

from federation.composition.draft import Draft
from federation.composition.hints.given_inputs import GivenInput, arguments, input_fields
from federation.composition.hints.hint import here_not_there, hint
from federation.composition.objection import Objection


def check(draft: Draft, name: str) -> Iterator[Objection]:
    for each in chain(arguments(draft, name), input_fields(draft, name)):
        if not each.missing:
            yield from lacking(each)


def lacking(given: GivenInput) -> Iterator[Objection]:
    """Also for an argument of a directive."""
    having = {subgraph: each for subgraph, each in given.declared if each.node.default_value is not None}
    without = [subgraph for subgraph, _ in given.declared if subgraph not in having]
    if not having or not without:
        return
    first = next(iter(having.values())).node
    assert first.default_value is not None
    yield hint(
        "INCONSISTENT_DEFAULT_VALUE_PRESENCE",
        (*having, *without),
        first,
        f'"{given.at}" has no default value in the graph: {print_ast(first.default_value)} is the default '
        f"{here_not_there(having, without)}.",
        "Give it the same default value everywhere, or none.",
    )
