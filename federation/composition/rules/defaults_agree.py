"""*_DEFAULT_MISMATCH: one argument, and one field of an input, has one default value (or some have none: a hint)."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import print_ast

from federation.composition.draft import Draft
from federation.composition.objection import Objection, objection
from federation.composition.source import InputSource, Kind, SubgraphSource

Given = list[tuple[SubgraphSource, InputSource]]


def check(draft: Draft, name: str) -> Iterator[Objection]:
    declared = draft.types[name]
    for field_name, fields in draft.fields_of(name):
        if len(fields) == 1:
            continue
        answering = [d for d in fields if draft.answers(d.subgraph, d.type, d.field)]
        inputs = [(d.subgraph, d.field.arguments) for d in answering]
        for argument, given in _by_name(inputs):
            yield from _differ("FIELD_ARGUMENT_DEFAULT_MISMATCH", f"{name}.{field_name}({argument}:)", given)
    if declared[0].type.kind is Kind.INPUT:
        for field_name, given in _by_name([(d.subgraph, d.type.inputs) for d in declared]):
            yield from _differ("INPUT_FIELD_DEFAULT_MISMATCH", f"{name}.{field_name}", given)


def _by_name(inputs: list[tuple[SubgraphSource, dict[str, InputSource]]]) -> Iterator[tuple[str, Given]]:
    for name in inputs[0][1] if len(inputs) > 1 else ():
        if all(name in having for _, having in inputs):
            yield name, [(source, having[name]) for source, having in inputs]


def _differ(code: str, at: str, given: Given) -> Iterator[Objection]:
    values = {source.name: each.node.default_value for source, each in given}
    said = {name: print_ast(value) for name, value in values.items() if value is not None}
    if len(set(said.values())) > 1:
        yield objection(
            code,
            list(said),
            given[0][1].node,
            f'"{at}" has different defaults: {", ".join(f"{value} in {name}" for name, value in said.items())}.',
            "Give it one default value everywhere, or none.",
        )
