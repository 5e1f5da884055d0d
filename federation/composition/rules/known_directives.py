"""INVALID_GRAPHQL: a directive that is applied is defined, imported or built in."""

from __future__ import annotations

from collections.abc import Iterator

from federation.composition.directive_shapes import applications
from federation.composition.links import DIRECTIVES
from federation.composition.objection import Objection, objection
from federation.composition.source import SubgraphSource

_BUILT_IN = frozenset({"deprecated", "specifiedBy", "skip", "include", "oneOf", "link", "core"})


def check(source: SubgraphSource) -> Iterator[Objection]:
    seen: set[str] = set()
    for directive in (d for _, given in applications(source.document) for d in given):
        name = directive.name.value
        if name not in seen and not _is_known(source, name):
            seen.add(name)
            yield objection(
                "INVALID_GRAPHQL",
                (source.name,),
                directive,
                f'Unknown directive "@{name}".',
                f'Add "@{name}" to the import of the federation @link, or write "@federation__{name}".'
                if name in DIRECTIVES
                else f'Define "directive @{name}", or @link the specification it comes from.',
            )


def _is_known(source: SubgraphSource, name: str) -> bool:
    known = name in _BUILT_IN or name in source.links.names or name in source.definitions
    return known or source.links.feature_of(name) is not None
