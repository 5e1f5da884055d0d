"""The definitions that a supergraph SDL opens with: schema, links, directives and types of the features in
use (join, link, tag, inaccessible, authenticated, requiresScopes, policy, cost, context, cacheTag). It merges nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from graphql import (
    ConstDirectiveNode,
    DefinitionNode,
    EnumTypeDefinitionNode,
    EnumValueDefinitionNode,
    NamedTypeNode,
    NameNode,
    OperationType,
    OperationTypeDefinitionNode,
    SchemaDefinitionNode,
    parse,
)

from federation.composition.nodes import Constant, EnumName, directive

_BASE = """
directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
directive @join__enumValue(graph: join__Graph!) repeatable on ENUM_VALUE
directive @join__field(graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet, type: String,
  external: Boolean, override: String, usedOverridden: Boolean{more}) repeatable on FIELD_DEFINITION | INPUT_FIELD_DEFINITION
directive @join__graph(name: String!, url: String!) on ENUM_VALUE
directive @join__implements(graph: join__Graph!, interface: String!) repeatable on OBJECT | INTERFACE
directive @join__type(graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false,
  resolvable: Boolean! = true, isInterfaceObject: Boolean! = false)
  repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR
directive @join__unionMember(graph: join__Graph!, member: String!) repeatable on UNION
scalar join__FieldSet
scalar link__Import
enum link__Purpose {{
  "`SECURITY` features provide metadata necessary to securely resolve fields."
  SECURITY
  "`EXECUTION` features provide metadata necessary for operation execution."
  EXECUTION
}}
"""
_JOIN_DIRECTIVE = """
directive @join__directive(graphs: [join__Graph!], name: String!, args: join__DirectiveArguments)
  repeatable on SCHEMA | OBJECT | INTERFACE | FIELD_DEFINITION
scalar join__DirectiveArguments
"""
_JOIN_CONTEXT = """
input join__ContextArgument { name: String! type: String! context: String! selection: join__FieldValue! }
scalar join__FieldValue
"""
_LABEL = ", overrideLabel: String"
_CONTEXTS = ", contextArguments: [join__ContextArgument!]"
JOIN = {
    "v0.3": _BASE.format(more=""),
    "v0.4": _BASE.format(more=_LABEL) + _JOIN_DIRECTIVE,
    "v0.5": _BASE.format(more=_LABEL + _CONTEXTS) + _JOIN_DIRECTIVE + _JOIN_CONTEXT,
}
"""By version of the join specification: the oldest that can say what is to be said is used."""

_EVERYWHERE = (
    "FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT "
    "| INPUT_FIELD_DEFINITION"
)
_ACCESS = "FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM"
FEATURES: dict[str, tuple[dict[str, Constant], str]] = {
    "tag": (
        {"url": "https://specs.apollo.dev/tag/v0.3"},
        f"directive @tag(name: String!) repeatable on {_EVERYWHERE} | SCHEMA",
    ),
    "inaccessible": (
        {"url": "https://specs.apollo.dev/inaccessible/v0.2", "for_": EnumName("SECURITY")},
        f"directive @inaccessible on {_EVERYWHERE}",
    ),
    "authenticated": (
        {"url": "https://specs.apollo.dev/authenticated/v0.1", "for_": EnumName("SECURITY")},
        f"directive @authenticated on {_ACCESS}",
    ),
    "requiresScopes": (
        {"url": "https://specs.apollo.dev/requiresScopes/v0.1", "for_": EnumName("SECURITY")},
        f"directive @requiresScopes(scopes: [[requiresScopes__Scope!]!]!) on {_ACCESS} scalar requiresScopes__Scope",
    ),
    "policy": (
        {"url": "https://specs.apollo.dev/policy/v0.1", "for_": EnumName("SECURITY")},
        f"directive @policy(policies: [[policy__Policy!]!]!) on {_ACCESS} scalar policy__Policy",
    ),
    "cost": (
        {"url": "https://specs.apollo.dev/cost/v0.1", "import": ["@listSize"]},
        "directive @cost(weight: Int!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION "
        "| OBJECT | SCALAR "
        "directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], "
        "requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION",
    ),
    "context": (
        {"url": "https://specs.apollo.dev/context/v0.1", "for_": EnumName("SECURITY")},
        "directive @context(name: String!) repeatable on INTERFACE | OBJECT | UNION "
        "directive @context__fromContext(field: context__ContextFieldValue) on ARGUMENT_DEFINITION "
        "scalar context__ContextFieldValue",
    ),
    "cacheTag": ({"url": "https://specs.apollo.dev/cacheTag/v0.1"}, ""),
}
"""Feature → its link, and its definitions, in the order in which they are linked. Cache tags have none of their own, and no
purpose: whoever does not know them answers as well."""


def graph_values(names: Sequence[str]) -> dict[str, str]:
    """Subgraph name → its value in ``join__Graph``: upper case, and unlike every other."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        value = "".join(c if c.isascii() and c.isalnum() else "_" for c in name).upper()
        base = f"_{value}" if value[:1].isdigit() else value
        value, number = base, 1
        while value in taken:
            value, number = f"{base}_{number}", number + 1
        taken.add(value)
        found[name] = value
    return found


def machinery(
    version: str, features: Iterable[str], links: Iterable[ConstDirectiveNode], roots: Iterable[str]
) -> Iterator[DefinitionNode]:
    """Schema definition, then the features' definitions. The schema has no description: Hive's planner reads none."""
    used = [name for name in FEATURES if name in set(features)]
    yield SchemaDefinitionNode(
        directives=(
            directive("link", url="https://specs.apollo.dev/link/v1.0"),
            directive("link", url=f"https://specs.apollo.dev/join/{version}", for_=EnumName("EXECUTION")),
            *(directive("link", **FEATURES[name][0]) for name in used),
            *links,
        ),
        operation_types=tuple(
            OperationTypeDefinitionNode(
                operation=OperationType(root.lower()), type=NamedTypeNode(name=NameNode(value=root))
            )
            for root in roots
        ),
    )
    yield from _parsed(JOIN[version])
    for name in used:
        if FEATURES[name][1]:
            yield from _parsed(FEATURES[name][1])


def graphs(values: dict[str, str], urls: dict[str, str]) -> DefinitionNode:
    """``join__Graph``."""
    return EnumTypeDefinitionNode(
        name=NameNode(value="join__Graph"),
        directives=(),
        values=tuple(
            EnumValueDefinitionNode(
                name=NameNode(value=value),
                directives=(directive("join__graph", name=name, url=urls.get(name, "")),),
            )
            for name, value in values.items()
        ),
    )


@cache
def _parsed(text: str) -> tuple[DefinitionNode, ...]:
    return tuple(parse(text, no_location=True).definitions)


ONE_OF = _parsed("directive @oneOf on INPUT_OBJECT")
"""For routers that do not know it by themselves."""
