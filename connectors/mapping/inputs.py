"""Input objects: from what a client gives to what a backend takes.

A slot that names the whole argument (``$applicant``) takes the object in the backend's names; one that names a part of it
(``$applicant.bornOn``) takes that part. Leaves are written as the manifest says (``format``, ``enum``) in both. Must never:
send a member that the manifest does not declare.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from graphql import ListTypeNode, NonNullTypeNode, TypeNode, parse_const_value
from graphql.utilities import value_from_ast_untyped

from connectors.backend import CallSpec, Slot, ValueUnusable
from connectors.expressions.dates import write_date
from connectors.expressions.slots import FormattedSlot
from connectors.manifest.model import Argument, Field, InputDeclaration, InputField, Manifest, Many
from connectors.mapping.types import name_of

SENT = "__sent_"
"""Before an argument's name: the same value in the backend's names."""

Inputs = Mapping[str, InputDeclaration]
Shape = Callable[[Any, TypeNode], Any]


def with_inputs(manifest: Manifest) -> Manifest:
    """The manifest with slots of whole input objects pointing at what is sent for them."""
    inputs = manifest.inputs
    if not inputs:
        return manifest

    def each(fields: Mapping[str, Field]) -> dict[str, Field]:
        return {name: _field(field, inputs) for name, field in fields.items()}

    return replace(
        manifest,
        query=each(manifest.query),
        mutation=each(manifest.mutation),
        types={name: replace(found, fields=each(found.fields)) for name, found in manifest.types.items()},
        entities={
            name: replace(found, fields=each(found.fields)) for name, found in manifest.entities.items()
        },
    )


def compile_inputs(
    declared: tuple[Argument, ...], inputs: Inputs, shape: Shape
) -> Callable[[dict[str, Any]], dict[str, Any]] | None:
    """From arguments as given to arguments with input objects written; None where there are none.

    What it gives raises ValueUnusable.
    """
    objects = [argument for argument in declared if name_of(argument.type) in inputs]
    if not objects:
        return None

    def write(given: dict[str, Any]) -> dict[str, Any]:
        found = dict(given)
        for argument in objects:
            if argument.name in given:
                named, sent = _written(given[argument.name], argument.type, inputs, shape, 0)
                found[argument.name] = named
                found[SENT + argument.name] = sent
        return found

    return write


MAX_DEPTH = 20


def _written(value: Any, type_node: TypeNode, inputs: Inputs, shape: Shape, depth: int) -> tuple[Any, Any]:
    """In the graph's names, and in the backend's."""
    if isinstance(type_node, NonNullTypeNode):
        type_node = type_node.type
    if value is None or depth > MAX_DEPTH:
        return None, None
    if isinstance(type_node, ListTypeNode):
        items = value if isinstance(value, list) else [value]
        pairs = [_written(item, type_node.type, inputs, shape, depth + 1) for item in items]
        return [named for named, _ in pairs], [sent for _, sent in pairs]
    declared = inputs.get(name_of(type_node))
    if declared is None:
        return value, value
    if not isinstance(value, Mapping):
        raise ValueUnusable(f"a {declared.name} is an object")
    named: dict[str, Any] = {}
    sent: dict[str, Any] = {}
    for field in declared.fields.values():
        if field.name in value or field.default is not None:
            inner = value[field.name] if field.name in value else _default(field)
            named[field.name], sent[field.to] = _member(inner, field, inputs, shape, depth)
    return named, sent


def _member(value: Any, field: InputField, inputs: Inputs, shape: Shape, depth: int) -> tuple[Any, Any]:
    if name_of(field.type) in inputs:
        return _written(value, field.type, inputs, shape, depth + 1)
    leaf = _leaf(shape(value, field.type), field)
    return leaf, leaf


def _leaf(value: Any, field: InputField) -> Any:
    if isinstance(value, list):
        return [_leaf(item, field) for item in value]
    if value is None:
        return None
    if field.format is not None:
        return write_date(value, field.format)
    return value if field.enum is None else field.enum.get(str(value), value)


def _default(field: InputField) -> Any:
    assert field.default is not None
    return value_from_ast_untyped(parse_const_value(field.default))


def _field(field: Field, inputs: Inputs) -> Field:
    whole = {argument.name for argument in field.args if name_of(argument.type) in inputs}
    if not whole:
        return field
    call = None if field.call is None else _call(field.call, whole)
    many: Many | None = (
        None if field.many is None else replace(field.many, call=_call(field.many.call, whole))
    )
    return replace(field, call=call, many=many)


def _call(call: CallSpec, whole: set[str]) -> CallSpec:
    return replace(
        call,
        params=_tree(call.params, whole),
        body=_tree(call.body, whole),
        headers=_tree(call.headers, whole),
    )


def _tree(tree: Any, whole: set[str]) -> Any:
    if isinstance(tree, Slot):
        is_whole = tree.scope == "args" and len(tree.path) == 1 and tree.path[0] in whole
        return Slot("args", (SENT + tree.path[0],)) if is_whole else tree
    if isinstance(tree, FormattedSlot):
        return replace(tree, slot=_tree(tree.slot, whole))
    if isinstance(tree, Mapping):
        return {name: _tree(item, whole) for name, item in tree.items()}
    if isinstance(tree, list | tuple):
        return [_tree(item, whole) for item in tree]
    return tree
