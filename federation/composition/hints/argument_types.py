"""INCONSISTENT_BUT_COMPATIBLE_ARGUMENT_TYPE: what is required in one subgraph is required in the graph."""

from __future__ import annotations

from collections.abc import Iterator

from federation.composition.draft import Draft, merge_input
from federation.composition.hints.given_inputs import GivenInput, arguments
from federation.composition.hints.hint import hint
from federation.composition.objection import Objection
from federation.supergraph_sdl.literals import written


def check(draft: Draft, name: str) -> Iterator[Objection]:
    for each in arguments(draft, name):
        if not each.missing:
            yield from differing("INCONSISTENT_BUT_COMPATIBLE_ARGUMENT_TYPE", each)


def differing(code: str, given: GivenInput) -> Iterator[Objection]:
    """Also for a field of an input object, and an argument of a directive."""
    types = {subgraph: written(each.type) for subgraph, each in given.declared}
    if len(set(types.values())) == 1:
        return
    merged = merge_input([each.type for _, each in given.declared])
    if merged is None:
        return
    said = written(merged)
    node = next(each.node for subgraph, each in given.declared if types[subgraph] != said)
    others = [subgraph for subgraph in types if types[subgraph] != said]
    yield hint(
        code,
        dict.fromkeys((*others, *types)),
        node,
        f'"{given.at}" is {said} in the graph, but '
        f"{', '.join(f'{types[subgraph]} in {subgraph}' for subgraph in others)}.",
        f"Write {said} everywhere.",
    )
