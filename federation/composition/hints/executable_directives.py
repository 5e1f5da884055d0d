"""INCONSISTENT_EXECUTABLE_DIRECTIVE_*, NO_EXECUTABLE_DIRECTIVE_INTERSECTION: clients may use a directive where all subgraphs
know it, and there only."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import DirectiveDefinitionNode

from federation.composition.custom_directives import merged_arguments
from federation.composition.draft import Draft
from federation.composition.hints.argument_types import differing
from federation.composition.hints.default_presence import lacking
from federation.composition.hints.given_inputs import directive_arguments
from federation.composition.hints.hint import here_not_there, hint
from federation.composition.hints.input_presence import left_out
from federation.composition.objection import Objection
from federation.composition.source import SubgraphSource
from federation.supergraph_sdl.features import EXECUTABLE

_STANDARD = frozenset({"skip", "include", "defer", "stream", "specifiedBy", "deprecated", "oneOf"})
Defined = list[tuple[SubgraphSource, DirectiveDefinitionNode]]


def check(draft: Draft) -> Iterator[Objection]:
    found: dict[str, Defined] = {}
    for source in draft.sources:
        for name, definition in source.definitions.items():
            if name not in _STANDARD and _places(definition):
                found.setdefault(name, []).append((source, definition))
    for name, defined in sorted(found.items()):
        if not any(name in s.links.names or name in s.composed for s in draft.sources):
            yield from _about(name, defined, draft)


def _about(name: str, defined: Defined, draft: Draft) -> Iterator[Objection]:
    having = [source.name for source, _ in defined]
    missing = [source.name for source in draft.sources if source.name not in having]
    first = defined[0][1]
    places = [_places(definition) for _, definition in defined]
    common = frozenset.intersection(*places)
    if missing:
        yield hint(
            "INCONSISTENT_EXECUTABLE_DIRECTIVE_PRESENCE",
            (*having, *missing),
            first,
            f'"@{name}" is left out of the graph: it is defined {here_not_there(having, missing)}.',
            "Define it in every subgraph, or for types only.",
        )
    elif not common or merged_arguments([definition for _, definition in defined]) is None:
        yield hint(
            "NO_EXECUTABLE_DIRECTIVE_INTERSECTION",
            having,
            first,
            f'"@{name}" is left out of the graph: {"its arguments do not fit" if common else "it has no place in common"}.',
            "Define it alike everywhere.",
        )
    else:
        yield from _differing(name, defined, common, places)


def _differing(
    name: str, defined: Defined, common: frozenset[str], places: list[frozenset[str]]
) -> Iterator[Objection]:
    having = [source.name for source, _ in defined]
    for each in directive_arguments(name, [(source.name, definition) for source, definition in defined]):
        yield from left_out("INCONSISTENT_ARGUMENT_PRESENCE", each)
        if not each.missing:
            yield from differing("INCONSISTENT_BUT_COMPATIBLE_ARGUMENT_TYPE", each)
            yield from lacking(each)
    if any(those != common for those in places):
        yield hint(
            "INCONSISTENT_EXECUTABLE_DIRECTIVE_LOCATIONS",
            having,
            defined[0][1],
            f'"@{name}" may stand only where all subgraphs allow it: {", ".join(sorted(common))}.',
            "Name the same locations everywhere.",
        )
    if len({definition.repeatable for _, definition in defined}) > 1:
        yield hint(
            "INCONSISTENT_EXECUTABLE_DIRECTIVE_REPEATABLE",
            having,
            defined[0][1],
            f'"@{name}" is not repeatable in the graph: it is not in every subgraph.',
            "Define it repeatable everywhere, or nowhere.",
        )


def _places(definition: DirectiveDefinitionNode) -> frozenset[str]:
    return frozenset(each.value for each in definition.locations) & EXECUTABLE
