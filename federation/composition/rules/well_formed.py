"""INVALID_GRAPHQL, ROOT_QUERY_USED and its like: what a subgraph says, it says once, and by one free name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graphql import Node, SchemaDefinitionNode, SchemaExtensionNode

from federation.composition.literal_fits import fits
from federation.composition.objection import Objection, objection
from federation.composition.reading import ROOT_NAMES
from federation.composition.source import SubgraphSource


def check(source: SubgraphSource) -> Iterator[Objection]:
    yield from _definitions(source)
    yield from _roots(source)
    yield from _defaults(source)


def _definitions(source: SubgraphSource) -> Iterator[Objection]:
    defined = [d for d in source.document.definitions if type(d).__name__.endswith("TypeDefinitionNode")]
    yield from _names(source, defined, "the type")
    directives = [d for d in source.document.definitions if type(d).__name__ == "DirectiveDefinitionNode"]
    yield from _names(source, directives, "the directive")
    for definition in source.document.definitions:
        for part in ("fields", "values", "arguments"):
            children = getattr(definition, part, None) or ()
            yield from _names(source, children, f'in "{_name(definition)}"')
            for child in children:
                yield from _names(
                    source,
                    getattr(child, "arguments", None) or (),
                    f'in "{_name(definition)}.{_name(child)}"',
                )


def _names(source: SubgraphSource, nodes: Iterable[Node], what: str) -> Iterator[Objection]:
    seen: set[str] = set()
    for node in nodes:
        name = _name(node)
        if name.startswith("__"):
            yield objection(
                "INVALID_GRAPHQL",
                (source.name,),
                node,
                f'The name "{name}" is reserved: it begins with two underscores.',
                "Rename it.",
            )
        if name in seen:
            yield objection(
                "INVALID_GRAPHQL",
                (source.name,),
                node,
                f'{source.name} defines {what} "{name}" twice.'
                if what.startswith("the ")
                else f'"{name}" stands twice {what}.',
                "Remove or rename one of the two.",
            )
        seen.add(name)


def _name(node: Node) -> str:
    return str(getattr(getattr(node, "name", None), "value", ""))


def _roots(source: SubgraphSource) -> Iterator[Objection]:
    defined = {
        _name(d): d for d in source.document.definitions if type(d).__name__.endswith("TypeDefinitionNode")
    }
    for definition in source.document.definitions:
        if not isinstance(definition, SchemaDefinitionNode | SchemaExtensionNode):
            continue
        for root in definition.operation_types:
            usual, called = ROOT_NAMES[root.operation], root.type.name.value
            if called != usual and usual in defined:
                yield objection(
                    f"ROOT_{usual.upper()}_USED",
                    (source.name,),
                    defined[usual],
                    f'The {root.operation.value} type of {source.name} is "{called}", but there is also a type "{usual}".',
                    f'Call the {root.operation.value} type "{usual}", or rename the other one.',
                )


def _defaults(source: SubgraphSource) -> Iterator[Objection]:
    for declared in source.types.values():
        given = [(f"{declared.name}.{i.name}", i) for i in declared.inputs.values()]
        for child in declared.fields.values():
            given += [(f"{declared.name}.{child.name}({a.name}:)", a) for a in child.arguments.values()]
        for at, each in given:
            default = each.node.default_value
            if default is not None and not fits(default, each.type, source):
                yield objection(
                    "INVALID_GRAPHQL",
                    (source.name,),
                    default,
                    f'The default value of "{at}" is none of its type.',
                    "Write a value of the type.",
                )
