"""DIRECTIVE_COMPOSITION_ERROR: what @composeDirective names is defined, and linked to a specification."""

from __future__ import annotations

from collections.abc import Iterator

from federation.composition.draft import Draft
from federation.composition.links import FEDERATION
from federation.composition.objection import Objection, objection
from federation.supergraph_sdl.literals import arguments, text


def check(draft: Draft) -> Iterator[Objection]:
    majors: dict[str, str] = {}
    meanings: dict[str, tuple[str, str]] = {}
    for source in draft.sources:
        for local, node in source.composed.items():
            where = ((source.name,), node)
            if not text(arguments(node), "name").startswith("@"):
                yield objection(
                    "DIRECTIVE_COMPOSITION_ERROR",
                    *where,
                    f'@composeDirective names "{local}" without its at sign.',
                    f'Write "@{local}".',
                )
                continue
            found = source.links.feature_of(local)
            if found is None:
                yield objection(
                    "DIRECTIVE_COMPOSITION_ERROR",
                    *where,
                    f'@composeDirective names "@{local}", which comes from no linked specification.',
                    f'Add @link(url: "https://…/v1.0", import: ["@{local}"]) to the schema.',
                )
                continue
            feature, own = found
            if feature.identity == FEDERATION or local in source.links.names:
                yield objection(
                    "DIRECTIVE_COMPOSITION_ERROR",
                    *where,
                    f'@composeDirective names "@{local}", which is federation\'s own.',
                    "Remove it: federation's directives compose by their own rules.",
                )
            elif local not in source.definitions:
                yield objection(
                    "DIRECTIVE_COMPOSITION_ERROR",
                    *where,
                    f'@composeDirective names "@{local}", which {source.name} does not define.',
                    f"Define directive @{local} in the subgraph.",
                )
            elif majors.setdefault(feature.identity, _major(feature.version)) != _major(feature.version):
                yield objection(
                    "DIRECTIVE_COMPOSITION_ERROR",
                    *where,
                    f'"@{local}" is of another major version of {feature.identity} than in another subgraph.',
                    "Link one major version everywhere.",
                )
            elif meanings.setdefault(local, (feature.identity, own)) != (feature.identity, own):
                yield objection(
                    "DIRECTIVE_COMPOSITION_ERROR",
                    *where,
                    f'"@{local}" is another directive in another subgraph.',
                    "Import one of them under another name.",
                )


def _major(version: str) -> str:
    """What may not differ: of version 0 the minor too."""
    major, _, minor = version.partition(".")
    return f"0.{minor}" if major == "0" else major
