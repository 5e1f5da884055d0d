"""UNKNOWN_FEDERATION_LINK_VERSION, INVALID_LINK_DIRECTIVE_USAGE: the link to federation names a version that there is,
and imports what that version has."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import ConstDirectiveNode, Node, SchemaDefinitionNode, SchemaExtensionNode

from federation.composition.directive_shapes import NEWEST, SHAPES, TYPES_SINCE
from federation.composition.links import FEDERATION
from federation.composition.objection import Objection, objection
from federation.composition.source import SubgraphSource
from federation.supergraph_sdl.features import split_url
from federation.supergraph_sdl.literals import Plain, arguments, text

_FIX = (
    f"Link https://specs.apollo.dev/federation/v2.0 to v{NEWEST[0]}.{NEWEST[1]} once, and import what it has."
)


def check(source: SubgraphSource) -> Iterator[Objection]:
    seen = False
    for node in _links(source):
        given = arguments(node)
        if split_url(text(given, "url"))[0] == FEDERATION:
            if seen:
                yield _objection(source, node, "@link names federation a second time.")
            elif (version := _version(text(given, "url"))) is None:
                yield objection(
                    "UNKNOWN_FEDERATION_LINK_VERSION",
                    (source.name,),
                    node,
                    f'@link names "{text(given, "url")}", which is no version of federation.',
                    _FIX,
                )
            else:
                for fault in _imports(given.get("import"), version):
                    yield _objection(source, node, fault)
            seen = True


def _links(source: SubgraphSource) -> Iterator[ConstDirectiveNode]:
    for definition in source.document.definitions:
        if isinstance(definition, SchemaDefinitionNode | SchemaExtensionNode):
            yield from (d for d in definition.directives or () if d.name.value == "link")


def _objection(source: SubgraphSource, node: Node, message: str) -> Objection:
    return objection("INVALID_LINK_DIRECTIVE_USAGE", (source.name,), node, message, _FIX)


def _version(url: str) -> tuple[int, int] | None:
    major, _, minor = split_url(url)[1].partition(".")
    if not (major.isdigit() and minor.isdigit()):
        return None
    found = int(major), int(minor)
    return found if (2, 0) <= found <= NEWEST else None


def _imports(imported: Plain, version: tuple[int, int]) -> Iterator[str]:
    for entry in imported if isinstance(imported, list) else ():
        name = text(entry, "name") if isinstance(entry, dict) else str(entry)
        alias = text(entry, "as") if isinstance(entry, dict) else ""
        if alias and alias.startswith("@") is not name.startswith("@"):
            yield f'@link imports "{name}" as "{alias}": a directive is called by a name with an at sign.'
        own = name.removeprefix("@")
        since = SHAPES[own].since if name.startswith("@") and own in SHAPES else TYPES_SINCE.get(name)
        if since is None:
            yield f'@link imports "{name}", which federation does not have.'
        elif since > version:
            yield f'@link imports "{name}", which federation has from v{since[0]}.{since[1]} on.'
