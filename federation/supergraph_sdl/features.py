"""The ``@link``s of a supergraph: which features it uses, and what their machinery is called. It knows no
subgraph."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graphql import (
    ConstDirectiveNode,
    DirectiveDefinitionNode,
    DocumentNode,
    SchemaDefinitionNode,
    SchemaExtensionNode,
)

from federation.supergraph_sdl.literals import arguments, text

EXECUTABLE = frozenset(
    [
        "QUERY",
        "MUTATION",
        "SUBSCRIPTION",
        "FIELD",
        "FRAGMENT_DEFINITION",
        "FRAGMENT_SPREAD",
        "INLINE_FRAGMENT",
        "VARIABLE_DEFINITION",
    ]
)


@dataclass(frozen=True, slots=True)
class Feature:
    """One linked specification. ``imports``: its own name → the local one, both without ``@``."""

    identity: str
    version: str
    alias: str
    imports: tuple[tuple[str, str], ...]

    def local(self, name: str) -> str:
        """How the document spells the feature's directive or type ``name``."""
        for own, spelled in self.imports:
            if own == name:
                return spelled
        return self.alias if name == self.name else f"{self.alias}__{name}"

    @property
    def name(self) -> str:
        return self.identity.rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class Features:
    """All linked features of one document."""

    found: tuple[Feature, ...]

    def named(self, name: str) -> Feature:
        """The feature by its own name, as unrenamed where it isn't linked."""
        for feature in self.found:
            if feature.name == name and "specs.apollo.dev" in feature.identity:
                return feature
        return Feature(f"https://specs.apollo.dev/{name}", "", name, ())

    def is_machinery(self, type_name: str) -> bool:
        """Whether a type of this name belongs to a feature and not to the graph."""
        if type_name.startswith(("join__", "link__", "core__")):
            return True
        for feature in self.found:
            if type_name.startswith(f"{feature.alias}__"):
                return True
            if any(spelled == type_name and not own.startswith("@") for own, spelled in feature.imports):
                return True
        return False


def read_features(document: DocumentNode) -> Features:
    """Everything that ``@link`` (or the older ``@core``) of the schema names."""
    return Features(tuple(_feature(d) for d in _links(document)))


def is_for_clients(definition: DirectiveDefinitionNode) -> bool:
    """Whether clients may use the directive in operations."""
    return any(location.value in EXECUTABLE for location in definition.locations)


def split_url(url: str) -> tuple[str, str]:
    """Identity and version of a feature's URL."""
    head, _, tail = url.rstrip("/").rpartition("/")
    if tail.startswith("v") and tail[1:2].isdigit():
        return head, tail[1:]
    return url.rstrip("/"), ""


def _links(document: DocumentNode) -> Iterator[ConstDirectiveNode]:
    for definition in document.definitions:
        if isinstance(definition, SchemaDefinitionNode | SchemaExtensionNode):
            for directive in definition.directives or ():
                if directive.name.value in ("link", "core"):
                    yield directive


def _feature(directive: ConstDirectiveNode) -> Feature:
    given = arguments(directive)
    identity, version = split_url(text(given, "url") or text(given, "feature"))
    imported = given.get("import")
    imports: list[tuple[str, str]] = []
    for entry in imported if isinstance(imported, list) else ():
        if isinstance(entry, str):
            imports.append((entry.lstrip("@"), entry.lstrip("@")))
        elif isinstance(entry, dict):
            name = text(entry, "name")
            imports.append((name.lstrip("@"), (text(entry, "as") or name).lstrip("@")))
    return Feature(identity, version, text(given, "as") or identity.rsplit("/", 1)[-1], tuple(imports))
