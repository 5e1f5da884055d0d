"""Which local directive name means which federation directive, from ``@link`` (link/v1.0). Never guesses
about other features."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graphql import DocumentNode

from federation.composition.directive_shapes import SHAPES, VERSION_1
from federation.supergraph_sdl.features import Feature, read_features

FEDERATION = "https://specs.apollo.dev/federation"

DIRECTIVES = frozenset(SHAPES)
"""The federation directives."""

FEATURES = {
    "tag": ("tag",),
    "inaccessible": ("inaccessible",),
    "authenticated": ("authenticated",),
    "requiresScopes": ("requiresScopes",),
    "policy": ("policy",),
    "cost": ("cost", "listSize"),
    "context": ("context", "fromContext"),
}
"""Features that have a specification of their own besides federation's, and their directives."""

TYPES = frozenset({"FieldSet", "Scope", "Policy", "ContextFieldValue"})
_MACHINERY = frozenset({"_Any", "_Entity", "_Service", "_FieldSet", "FieldSet"})


@dataclass(frozen=True, slots=True)
class Links:
    """``version`` is 1 without a federation link. ``names``: local directive name → federation's own name."""

    version: int
    names: dict[str, str]
    hidden: frozenset[str]
    hidden_prefixes: tuple[str, ...]
    features: tuple[Feature, ...] = ()

    def hides(self, type_name: str) -> bool:
        """Whether a definition of this name is machinery of a link and no part of the graph."""
        return type_name.startswith(self.hidden_prefixes) or type_name in self.hidden

    def spelled(self, directive: str) -> str | None:
        """What the SDL calls the federation directive."""
        return next((local for local, own in self.names.items() if own == directive), None)

    def feature_of(self, directive: str) -> tuple[Feature, str] | None:
        """The feature that a local directive name belongs to, and its own name there."""
        for feature in self.features:
            for own, local in feature.imports:
                if local == directive:
                    return feature, own
            if directive == feature.alias:
                return feature, feature.name
            if directive.startswith(f"{feature.alias}__"):
                return feature, directive[len(feature.alias) + 2 :]
        return None


def read_links(document: DocumentNode) -> Links:
    """The links of a subgraph's schema definition and its extensions."""
    features = read_features(document).found
    federation = [f for f in features if f.identity == FEDERATION]
    if not federation:
        return Links(1, {n: n for n in VERSION_1}, _MACHINERY, ("federation__", "link__"), features)
    names = dict(_names(federation[0], DIRECTIVES))
    for feature in features:
        if feature.identity.startswith("https://specs.apollo.dev/") and feature.name in FEATURES:
            names.update(_names(feature, frozenset(FEATURES[feature.name])))
    own_types = {local for f in federation for own, local in f.imports if own in TYPES}
    prefixes = tuple(f"{f.alias}__" for f in features if "specs.apollo.dev" in f.identity)
    return Links(2, names, _MACHINERY | own_types, (*prefixes, "link__"), features)


def _names(feature: Feature, directives: frozenset[str]) -> Iterator[tuple[str, str]]:
    imported = dict(feature.imports)
    for name in directives:
        if name in imported:
            yield imported[name], name
        yield (feature.alias if name == feature.name else f"{feature.alias}__{name}"), name
