"""Whether data are an answer to an operation at all: every field asked for in its order, of its type, null only where
null may be (GraphQL spec, 6.4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    is_abstract_type,
    is_leaf_type,
    parse,
)
from graphql.execution.collect_fields import collect_fields, collect_sub_fields
from graphql.execution.values import get_variable_values


def misfits(schema: GraphQLSchema, operation: str, variables: Mapping[str, Any], data: Any) -> list[str]:
    """What is wrong with the data."""
    return list(_Fitting(schema, operation, variables).operation(data))


class _Fitting:
    def __init__(self, schema: GraphQLSchema, operation: str, variables: Mapping[str, Any]) -> None:
        self._schema = schema
        definitions = parse(operation).definitions
        self._fragments = {d.name.value: d for d in definitions if isinstance(d, FragmentDefinitionNode)}
        self._operation = next(d for d in definitions if isinstance(d, OperationDefinitionNode))
        coerced = get_variable_values(schema, self._operation.variable_definitions or (), dict(variables))
        assert isinstance(coerced, dict)
        self._variables = coerced

    def operation(self, data: Any) -> Iterator[str]:
        root = self._schema.get_root_type(self._operation.operation)
        assert root is not None
        chosen = self._operation.selection_set
        fields = collect_fields(self._schema, self._fragments, self._variables, root, chosen)
        if data is None:
            if not any(self._may_be_null_for(root, nodes) for nodes in fields.values()):
                yield "data: null though nothing passes a null on"
        else:
            yield from self._object(root, fields, data, "data")

    def _may_be_null_for(self, root: GraphQLObjectType, nodes: list[FieldNode]) -> bool:
        """Whether a null of the field makes the whole null."""
        child = root.fields.get(nodes[0].name.value)
        return child is not None and isinstance(child.type, GraphQLNonNull)

    def _object(
        self, kind: GraphQLObjectType, fields: Mapping[str, list[FieldNode]], data: Any, at: str
    ) -> Iterator[str]:
        if not isinstance(data, dict) or list(data) != list(fields):
            yield f"{at}: {data!r} instead of {list(fields)}"
            return
        for key, nodes in fields.items():
            name = nodes[0].name.value
            if name == "__typename":
                if data[key] != kind.name:
                    yield f"{at}.{key}: {data[key]!r}"
            elif name in kind.fields:
                yield from self._value(kind.fields[name].type, nodes, data[key], f"{at}.{key}")

    def _value(self, kind: Any, nodes: list[FieldNode], value: Any, at: str) -> Iterator[str]:
        if isinstance(kind, GraphQLNonNull):
            if value is None:
                yield f"{at}: null"
                return
            kind = kind.of_type
        if value is None:
            return
        if isinstance(kind, GraphQLList):
            if not isinstance(value, list):
                yield f"{at}: {value!r}"
                return
            for index, each in enumerate(value):
                yield from self._value(kind.of_type, nodes, each, f"{at}.{index}")
        elif is_leaf_type(kind):
            if not _is_leaf(kind, value):
                yield f"{at}: {value!r} is no {kind}"
        else:
            yield from self._composite(kind, nodes, value, at)

    def _composite(self, kind: Any, nodes: list[FieldNode], value: Any, at: str) -> Iterator[str]:
        """Of an abstract type: it must be an answer for one of the object types."""
        possible = self._schema.get_possible_types(kind) if is_abstract_type(kind) else (kind,)
        wrong: list[str] = []
        for each in possible:
            fields = collect_sub_fields(self._schema, self._fragments, self._variables, each, nodes)
            wrong = list(self._object(each, fields, value, at))
            if not wrong:
                return
        yield from wrong


def _is_leaf(kind: Any, value: Any) -> bool:
    if isinstance(kind, GraphQLEnumType):
        return isinstance(value, str) and value in kind.values
    try:
        return kind.name == "Json" or (kind.serialize(value) == value and type(value) is not dict)
    except GraphQLError:
        return False
