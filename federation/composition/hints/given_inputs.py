"""The arguments of a type's fields and of directives, and the fields of an input object, with those who declare them. It judges nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graphql import DirectiveDefinitionNode

from federation.composition.draft import Draft
from federation.composition.source import InputSource, Kind

Inputs = list[tuple[str, dict[str, InputSource]]]
"""Subgraph → what it declares by name."""


@dataclass(frozen=True, slots=True)
class GivenInput:
    """``at``: its coordinate; ``missing``: subgraphs that have what it belongs to, but not itself."""

    at: str
    declared: tuple[tuple[str, InputSource], ...]
    missing: tuple[str, ...]


def arguments(draft: Draft, name: str) -> Iterator[GivenInput]:
    """Of fields that several subgraphs answer; not what ``@fromContext`` fills in one of them."""
    for field_name, fields in draft.fields_of(name):
        if len(fields) == 1 or not any(d.field.arguments for d in fields):
            continue
        answering = [d for d in fields if draft.answers(d.subgraph, d.type, d.field)]
        inputs = [(d.subgraph.name, d.field.arguments) for d in answering]
        filled = {argument for d in answering for argument in d.field.context_arguments}
        for argument, declared, missing in _by_name(inputs):
            if argument not in filled:
                yield GivenInput(f"{name}.{field_name}({argument}:)", declared, missing)


def input_fields(draft: Draft, name: str) -> Iterator[GivenInput]:
    """Of an input object that several subgraphs declare."""
    found = draft.types[name]
    if len(found) > 1 and found[0].type.kind is Kind.INPUT:
        for field_name, declared, missing in _by_name([(d.subgraph.name, d.type.inputs) for d in found]):
            yield GivenInput(f"{name}.{field_name}", declared, missing)


def directive_arguments(
    name: str, defined: list[tuple[str, DirectiveDefinitionNode]]
) -> Iterator[GivenInput]:
    """Of a directive that several subgraphs define."""
    inputs = [
        (subgraph, {a.name.value: InputSource(a.name.value, a.type, a, False) for a in definition.arguments})
        for subgraph, definition in defined
    ]
    for argument, declared, missing in _by_name(inputs):
        yield GivenInput(f"@{name}({argument}:)", declared, missing)


def _by_name(
    inputs: Inputs,
) -> Iterator[tuple[str, tuple[tuple[str, InputSource], ...], tuple[str, ...]]]:
    if len(inputs) < 2:
        return
    for name in dict.fromkeys(each for _, having in inputs for each in having):
        declared = tuple((subgraph, having[name]) for subgraph, having in inputs if name in having)
        yield name, declared, tuple(subgraph for subgraph, having in inputs if name not in having)
