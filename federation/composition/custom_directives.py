"""Directives that departments define themselves: kept by ``@composeDirective``, or for operations by being
defined everywhere. It checks nothing."""

from __future__ import annotations

from collections.abc import Sequence

from graphql import (
    ConstDirectiveNode,
    DirectiveDefinitionNode,
    InputValueDefinitionNode,
    NameNode,
    NonNullTypeNode,
    print_ast,
)

from federation.composition.draft import merge_input
from federation.composition.nodes import Constant, directive
from federation.composition.source import SubgraphSource
from federation.supergraph_sdl.features import EXECUTABLE


def composed_directives(
    sources: Sequence[SubgraphSource],
) -> tuple[list[ConstDirectiveNode], list[DirectiveDefinitionNode]]:
    """The links and definitions of what ``@composeDirective`` names; the newest version of each feature."""
    imports: dict[str, dict[str, str]] = {}
    versions: dict[str, tuple[tuple[int, ...], str]] = {}
    definitions: dict[str, tuple[tuple[int, ...], DirectiveDefinitionNode]] = {}
    for source in sources:
        for local in source.composed:
            found, definition = source.links.feature_of(local), source.definitions.get(local)
            if found is None or definition is None:
                continue
            feature, own = found
            version = tuple(int(part) for part in feature.version.split(".") if part.isdigit())
            imports.setdefault(feature.identity, {})[local] = own
            versions[feature.identity] = max(
                versions.get(feature.identity, ((), "")), (version, feature.version)
            )
            if local not in definitions or definitions[local][0] < version:
                definitions[local] = (version, definition)
    links = [
        directive(
            "link", url=f"{identity}/v{versions[identity][1]}", **{"import": _imports(imports[identity])}
        )
        for identity in sorted(imports)
    ]
    return links, [definitions[name][1] for name in sorted(definitions)]


def _imports(found: dict[str, str]) -> Constant:
    return [
        f"@{own}" if own == local else {"name": f"@{own}", "as": f"@{local}"}
        for local, own in sorted(found.items())
    ]


def executable_directives(sources: Sequence[SubgraphSource]) -> list[DirectiveDefinitionNode]:
    """Those that every subgraph defines, at the places that all of them allow, with the arguments that all of them take."""
    if not sources:
        return []
    everywhere = set.intersection(*(set(source.definitions) for source in sources))
    found: list[DirectiveDefinitionNode] = []
    for name in sorted(everywhere):
        given = [source.definitions[name] for source in sources]
        if any(name in source.links.names or name in source.composed for source in sources):
            continue
        if name in ("skip", "include", "defer", "stream", "specifiedBy", "deprecated", "oneOf"):
            continue
        locations = [
            location
            for location in given[0].locations
            if location.value in EXECUTABLE
            and all(location.value in {at.value for at in g.locations} for g in given)
        ]
        arguments = merged_arguments(given)
        if locations and arguments is not None:
            found.append(
                DirectiveDefinitionNode(
                    name=NameNode(value=name),
                    description=given[0].description,
                    arguments=arguments,
                    repeatable=all(g.repeatable for g in given),
                    locations=tuple(locations),
                )
            )
    return found


def merged_arguments(
    definitions: Sequence[DirectiveDefinitionNode],
) -> tuple[InputValueDefinitionNode, ...] | None:
    """What every definition takes, of the strictest type; None where one demands what another does not take, or they
    contradict each other in type or default value."""
    taken = [{argument.name.value: argument for argument in each.arguments} for each in definitions]
    found: list[InputValueDefinitionNode] = []
    for name in dict.fromkeys(name for each in taken for name in each):
        given = [each[name] for each in taken if name in each]
        if len(given) < len(taken):
            if any(isinstance(g.type, NonNullTypeNode) and g.default_value is None for g in given):
                return None
            continue
        merged = merge_input([each.type for each in given])
        defaults = {print_ast(each.default_value) for each in given if each.default_value is not None}
        if merged is None or len(defaults) > 1:
            return None
        everyone = all(each.default_value is not None for each in given)
        found.append(
            InputValueDefinitionNode(
                name=NameNode(value=name),
                description=given[0].description,
                type=merged,
                default_value=given[0].default_value if everyone else None,
                directives=(),
            )
        )
    return tuple(found)
