"""Which local directive name means which federation directive, from ``@link`` (link/v1.0). Never guesses
about other features."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graphql import (
    ConstDirectiveNode,
    DocumentNode,
    ListValueNode,
    ObjectValueNode,
    SchemaDefinitionNode,
    SchemaExtensionNode,
    StringValueNode,
    ValueNode,
)

FEDERATION_URL = "specs.apollo.dev/federation"

DIRECTIVES = frozenset(
    [
        "key",
        "shareable",
        "external",
        "requires",
        "provides",
        "inaccessible",
        "tag",
        "override",
        "extends",
        "interfaceObject",
        "composeDirective",
        "authenticated",
        "requiresScopes",
        "policy",
        "cost",
        "listSize",
        "context",
        "fromContext",
    ]
)
"""The federation directives; a version 1 subgraph may use them without a link."""


@dataclass(frozen=True, slots=True)
class Links:
    """``version`` is 1 without a federation link. ``names``: local directive name → federation's own name."""

    version: int
    names: dict[str, str]
    hidden_prefixes: tuple[str, ...]

    def hides(self, type_name: str) -> bool:
        """Whether a definition of this name is machinery of a link and no part of the graph."""
        return type_name.startswith(self.hidden_prefixes) or type_name in _MACHINERY


_MACHINERY = frozenset({"_Any", "_Entity", "_Service", "_FieldSet", "FieldSet"})


def read_links(document: DocumentNode) -> Links:
    """The links of a subgraph's schema definition and its extensions."""
    for directive in _link_directives(document):
        given = {argument.name.value: argument.value for argument in directive.arguments}
        url = given.get("url")
        if isinstance(url, StringValueNode) and FEDERATION_URL in url.value:
            return _federation_link(given)
    return Links(1, {name: name for name in DIRECTIVES}, ("federation__", "link__"))


def _link_directives(document: DocumentNode) -> Iterator[ConstDirectiveNode]:
    for definition in document.definitions:
        if isinstance(definition, SchemaDefinitionNode | SchemaExtensionNode):
            yield from (d for d in definition.directives if d.name.value.lstrip("_") == "link")


def _federation_link(given: Mapping[str, ValueNode]) -> Links:
    spelled = given.get("as")
    prefix = spelled.value if isinstance(spelled, StringValueNode) else "federation"
    names = {f"{prefix}__{name}": name for name in DIRECTIVES}
    imports = given.get("import")
    for entry in imports.values if isinstance(imports, ListValueNode) else ():
        name, local = _import(entry)
        if name.startswith("@"):
            names[local.lstrip("@")] = name[1:]
    return Links(2, names, (f"{prefix}__", "link__"))


def _import(entry: ValueNode) -> tuple[str, str]:
    if isinstance(entry, StringValueNode):
        return entry.value, entry.value
    if isinstance(entry, ObjectValueNode):
        parts = {f.name.value: f.value.value for f in entry.fields if isinstance(f.value, StringValueNode)}
        name = parts.get("name", "")
        return name, parts.get("as", name)
    return "", ""
