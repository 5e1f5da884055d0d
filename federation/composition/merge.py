"""The whole supergraph's document: machinery, custom directives, and the merged types. It objects to nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from graphql import DefinitionNode, DocumentNode

from federation.composition.custom_directives import composed_directives, executable_directives
from federation.composition.draft import Draft
from federation.composition.family import Family
from federation.composition.machinery import FEATURES, ONE_OF, graph_values, graphs, machinery
from federation.composition.merged_types import MergedTypes
from federation.composition.source import SubgraphSource
from federation.memo import Memo


def supergraph_document(
    draft: Draft, urls: Mapping[str, str] | None, families: Iterable[Family], memo: Memo
) -> DocumentNode:
    """The whole supergraph SDL, parsed."""
    values = graph_values(sorted(draft.names))
    merged = MergedTypes(draft, values)
    found: list[DefinitionNode] = []
    features: set[str] = set()
    for family in families:
        definition, said = memo.get("merged", (family,), None, partial(_merged, merged, family.name))
        if definition is not None:
            found.append(definition)
            features |= said
    known = {definition.name.value for definition in found}  # type: ignore[attr-defined]
    links, customs = composed_directives(draft.sources)
    whole = (
        *machinery(
            _join_version(draft, memo),
            features,
            links,
            (r for r in ("Query", "Mutation", "Subscription") if r in known),
        ),
        *(ONE_OF if "oneOf" in features else ()),
        *customs,
        *executable_directives(draft.sources),
        graphs(values, dict(urls or {})),
        *found,
    )
    return DocumentNode(definitions=whole)


def _merged(merged: MergedTypes, name: str) -> tuple[DefinitionNode | None, frozenset[str]]:
    definition = merged.definition(name)
    return definition, _features(definition)


def _join_version(draft: Draft, memo: Memo) -> str:
    """The oldest that can say what is to be said."""
    return max(memo.get("join version", (s,), None, partial(_needed, s)) for s in draft.sources)


def _needed(source: SubgraphSource) -> str:
    children = [child for declared in source.types.values() for child in declared.fields.values()]
    if any(child.context_arguments for child in children):
        return "v0.5"
    tagged = any(declared.cache_tags for declared in source.types.values())
    later = tagged or any(child.override_label or child.cache_tags for child in children)
    return "v0.4" if later else "v0.3"


def _features(definition: DefinitionNode | None) -> frozenset[str]:
    """The features whose directives the type carries."""
    said: set[str] = set()

    def look(node: object) -> None:
        said.update(d.name.value for d in getattr(node, "directives", None) or ())
        for part in ("fields", "arguments", "values"):
            for child in getattr(node, part, None) or ():
                look(child)

    look(definition)
    said |= {feature for name, feature in _BY_OTHERS.items() if name in said}
    return frozenset(name for name in (*FEATURES, "oneOf") if name in said)


_BY_OTHERS = {"listSize": "cost", "join__directive": "cacheTag"}
"""Features that are in use where a directive of another name is."""
