"""``extend schema @link(…)``: which federation directives a document speaks of, and under what names.

Source: core schemas specification link v1.0; Federation 2 subgraph specification.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    DirectiveNode,
    DocumentNode,
    ListValueNode,
    ObjectValueNode,
    SchemaDefinitionNode,
    SchemaExtensionNode,
    StringValueNode,
    parse,
)

from connectors.graphql_http.documents import named, string_argument

FEDERATION = "specs.apollo.dev/federation"
HEADER = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: [{imports}])'

_SPECIFIED = [
    "key",
    "external",
    "requires",
    "provides",
    "shareable",
    "inaccessible",
    "override",
    "tag",
    "extends",
    "interfaceObject",
    "authenticated",
    "requiresScopes",
    "policy",
    "composeDirective",
]


@dataclass(frozen=True, slots=True)
class Links:
    """``names``: the directive's name in this document → its name in the specification."""

    is_linked: bool
    names: dict[str, str]

    def specified(self, directive: DirectiveNode) -> str:
        """``key``, ``requires`` … for a federation directive; its own name for any other."""
        return self.names.get(directive.name.value, directive.name.value)

    def local(self, specified: str) -> str:
        """What ``@inaccessible`` and the like are called here."""
        for local, name in self.names.items():
            if name == specified and not local.startswith("federation__"):
                return local
        return specified


def links_of(document: DocumentNode) -> Links:
    """Reads every federation ``@link``; a Federation 1 document uses the plain names."""
    names: dict[str, str] = {}
    linked = False
    for link in _federation_links(document):
        linked = True
        prefix = string_argument(link, "as") or "federation"
        names.update({f"{prefix}__{name}": name for name in _SPECIFIED})
        for argument in link.arguments or ():
            if argument.name.value == "import" and isinstance(argument.value, ListValueNode):
                names.update(_imported(item) for item in argument.value.values)
    if not linked:
        names.update({name: name for name in _SPECIFIED})
    return Links(linked, names)


def keys_of(node: Any, links: Links) -> list[DirectiveNode]:
    """The ``@key`` directives of a type definition."""
    return [item for item in node.directives or () if links.specified(item) == "key"]


def importing(document: DocumentNode, wanted: Sequence[str]) -> DocumentNode:
    """The document with ``wanted`` (``inaccessible`` …) imported; one without a link is given one."""
    links = links_of(document)
    missing = [name for name in wanted if name not in links.names.values() or _only_prefixed(links, name)]
    if not links.is_linked:
        header = parse(HEADER.format(imports=", ".join(f'"@{name}"' for name in wanted)), no_location=True)
        return named(document, definitions=(*header.definitions, *document.definitions))
    if not missing:
        return document
    links_found = {id(link) for link in _federation_links(document)}
    definitions = [
        named(
            node,
            directives=tuple(
                _with_imports(link, missing) if id(link) in links_found else link
                for link in node.directives or ()
            ),
        )
        if isinstance(node, SchemaDefinitionNode | SchemaExtensionNode)
        else node
        for node in document.definitions
    ]
    return named(document, definitions=tuple(definitions))


def _only_prefixed(links: Links, name: str) -> bool:
    return all(local.endswith(f"__{name}") for local, found in links.names.items() if found == name)


def _with_imports(link: DirectiveNode, names: Sequence[str]) -> DirectiveNode:
    added = tuple(StringValueNode(value=f"@{name}") for name in names)
    arguments = []
    found = False
    for argument in link.arguments or ():
        if argument.name.value == "import" and isinstance(argument.value, ListValueNode):
            found = True
            argument = named(argument, value=named(argument.value, values=(*argument.value.values, *added)))
        arguments.append(argument)
    if not found:
        template = parse("extend schema @link(import: [])", no_location=True).definitions[0]
        argument = template.directives[0].arguments[0]  # type: ignore[attr-defined]
        arguments.append(named(argument, value=named(argument.value, values=added)))
    return named(link, arguments=tuple(arguments))


def _federation_links(document: DocumentNode) -> list[DirectiveNode]:
    return [
        directive
        for node in document.definitions
        if isinstance(node, SchemaDefinitionNode | SchemaExtensionNode)
        for directive in node.directives or ()
        if directive.name.value == "link" and FEDERATION in (string_argument(directive, "url") or "")
    ]


def _imported(item: object) -> tuple[str, str]:
    if isinstance(item, StringValueNode):
        return item.value.lstrip("@"), item.value.lstrip("@")
    parts: dict[str, str] = {}
    if isinstance(item, ObjectValueNode):
        for field in item.fields:
            if isinstance(field.value, StringValueNode):
                parts[field.name.value] = field.value.value.lstrip("@")
    name = parts.get("name", "")
    return parts.get("as", name), name
