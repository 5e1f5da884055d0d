"""CONTEXT_*, NO_CONTEXT_IN_SELECTION: contexts have plain names, and each argument that one fills names one leaf of
whatever sets it. Whether one is set above every such field, satisfiability tells."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import InputValueDefinitionNode, Node

from federation.composition.context_selection import fault
from federation.composition.objection import Objection, objection
from federation.composition.source import FieldSource, InputSource, Kind, SubgraphSource, TypeSource
from federation.contextual import read_reference


def check(source: SubgraphSource) -> Iterator[Objection]:
    yield from _names(source)
    yield from _out_of_place(source)
    for declared in source.types.values():
        for child in declared.fields.values():
            for given in child.context_arguments.values():
                yield from _argument(source, declared, child, given)


def _names(source: SubgraphSource) -> Iterator[Objection]:
    for declared in source.types.values():
        for name in declared.contexts:
            if not (name.isascii() and name.isalnum() and name[0].isalpha()):
                yield objection(
                    "CONTEXT_NAME_INVALID",
                    (source.name,),
                    declared.node,
                    f'"{name}" is no name of a context.',
                    "Use letters and digits, a letter first.",
                )


def _out_of_place(source: SubgraphSource) -> Iterator[Objection]:
    spelled = {local for local, own in source.links.names.items() if own == "fromContext"}
    for definition in source.definitions.values():
        for node in definition.arguments:
            if any(applied.name.value in spelled for applied in node.directives):
                yield _wrong(
                    "CONTEXT_NOT_SET",
                    source,
                    node,
                    f"@{definition.name.value}({node.name.value}:)",
                    "a directive stands nowhere in a response, so nothing is above it",
                    "Remove @fromContext.",
                )
    for declared in source.types.values():
        for name, given in declared.inputs.items():
            if given.from_context is not None:
                yield _wrong(
                    "INVALID_GRAPHQL",
                    source,
                    given.node,
                    f"{declared.name}.{name}",
                    "@fromContext may only stand on an argument of a field",
                    "Remove it.",
                )


def _argument(
    source: SubgraphSource, declared: TypeSource, child: FieldSource, given: InputSource
) -> Iterator[Objection]:
    at = f"{declared.name}.{child.name}({given.name}:)"
    for code, said, fix in _faults(source, declared, child, given):
        yield _wrong(code, source, given.node, at, said, fix)


def _faults(
    source: SubgraphSource, declared: TypeSource, child: FieldSource, given: InputSource
) -> Iterator[tuple[str, str, str]]:
    if declared.kind is Kind.INTERFACE and not declared.interface_object:
        yield "CONTEXT_NOT_SET", "it is on an interface", "Move it to the fields of object types."
        return
    above = next((i for i in declared.interfaces if _has(source, i, child.name)), None)
    if above is not None:
        yield (
            "CONTEXT_NOT_SET",
            f'its field implements "{above}.{child.name}"',
            "Use a field of the object's own.",
        )
    if isinstance(given.node, InputValueDefinitionNode) and given.node.default_value is not None:
        yield "CONTEXT_NOT_SET", "a context's value has no default", "Remove the default."
    if not any(key.resolvable for key in declared.keys):
        yield (
            "CONTEXT_NO_RESOLVABLE_KEY",
            f'"{declared.name}" cannot be entered, so that no value can be brought there',
            f'Give "{declared.name}" a @key that is resolvable.',
        )
    reference = read_reference(given.from_context or "")
    if reference is None:
        yield (
            "NO_CONTEXT_IN_SELECTION",
            f'"{given.from_context}" names no context or nothing of it',
            'Write "$context { field }".',
        )
        return
    setters = [t for t in source.types.values() if reference.context in t.contexts]
    if not setters:
        yield (
            "CONTEXT_NOT_SET",
            f'the context "{reference.context}" is never set',
            "Put @context on a type above.",
        )
        return
    wrong = fault(source, setters, reference, given.type)
    if wrong is not None:
        yield "CONTEXT_INVALID_SELECTION", wrong, "Select one leaf of each type that sets the context."


def _has(source: SubgraphSource, interface: str, field_name: str) -> bool:
    return interface in source.types and field_name in source.types[interface].fields


def _wrong(code: str, source: SubgraphSource, node: Node, at: str, said: str, fix: str) -> Objection:
    return objection(code, (source.name,), node, f'"{at}" is filled by @fromContext, but {said}.', fix)
