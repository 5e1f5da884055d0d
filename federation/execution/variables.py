"""Request variables by their declared types (GraphQL spec, 6.1.2). What is wrong with them is told by the names of the
schema, never by a value, which may be personal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import cast

from graphql import (
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLSchema,
    GraphQLType,
    Undefined,
    VariableDefinitionNode,
    coerce_input_value,
    get_named_type,
    get_variable_values,
    is_required_input_field,
    type_from_ast,
)

from federation.execution.failures import PathKey, ResponseError
from federation.subgraph import Json
from tongban.errors import ErrorCode

MOST_FAULTS = 10
"""Places of a request's variables that are told."""

MOST_MET = 100
"""Faults that are looked at: many may be at one place."""

MOST_CHARACTERS = 200
"""Of a place: input types may lead to themselves."""


def coerce_variables(
    schema: GraphQLSchema, definitions: Sequence[VariableDefinitionNode], variables: Mapping[str, Json]
) -> tuple[dict[str, Json], tuple[ResponseError, ...]]:
    """The variables with their defaults, or what is wrong with them, each place once."""
    if not definitions:
        return {}, ()
    found = get_variable_values(schema, definitions, dict(variables), max_errors=0, hide_suggestions=True)
    if isinstance(found, dict):
        return found, ()
    faults = _Faults(schema)
    try:
        for definition in definitions:
            faults.look_at(definition, variables)
    except (_Enough, RecursionError):
        pass
    told = faults.told or {ErrorCode.BAD_USER_INPUT.facts.en: None}
    return {}, tuple(ResponseError(ErrorCode.BAD_USER_INPUT, message) for message in told)


class _Enough(Exception):
    """As many faults are found as are told."""


class _Faults:
    """Collects what is wrong, in words that hold no value and no name of the client's but a variable's own."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.told: dict[str, None] = {}
        self._schema = schema
        self._met = 0

    def look_at(self, definition: VariableDefinitionNode, variables: Mapping[str, Json]) -> None:
        """
        Raises: _Enough; RecursionError, where the value is nested too deeply.
        """
        name = definition.variable.name.value
        kind = cast(GraphQLInputType, type_from_ast(self._schema, definition.type))  # valid documents only
        value = variables.get(name, Undefined)
        if value is not Undefined or definition.default_value is None:
            coerce_input_value(value, kind, partial(self._fault, name, kind), hide_suggestions=True)

    def _fault(
        self, name: str, kind: GraphQLInputType, path: Sequence[PathKey], value: Json, _error: GraphQLError
    ) -> None:
        self._met += 1
        if self._met > MOST_MET:
            raise _Enough
        if value is None or value is Undefined:
            self._tell(name, path, "is required")
            return
        type_ = _type_at(kind, path)
        if not isinstance(type_, GraphQLInputObjectType) or not isinstance(value, dict):
            self._tell(name, path, "does not fit its type")
            return
        missing = [
            field
            for field, each in type_.fields.items()
            if is_required_input_field(each) and field not in value
        ]
        for field in missing:
            self._tell(name, (*path, field), "is required")
        if not value.keys() <= type_.fields.keys():
            self._tell(name, path, f'has a field that "{type_.name}" does not have')
        elif not missing:
            self._tell(name, path, "does not fit its type")

    def _tell(self, name: str, path: Sequence[PathKey], what: str) -> None:
        place = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path)
        if len(place) > MOST_CHARACTERS:
            place = f"{place[:MOST_CHARACTERS]}…"
        self.told[f'Variable "${name}{place}" {what}.'] = None
        if len(self.told) == MOST_FAULTS:
            raise _Enough


def _type_at(kind: GraphQLType, path: Sequence[PathKey]) -> GraphQLNamedType:
    """The named type of what a path leads to within a value; one value may stand for a list of one."""
    for key in path:
        if isinstance(key, str):
            named = get_named_type(kind)
            assert isinstance(named, GraphQLInputObjectType)
            kind = named.fields[key].type
            continue
        if isinstance(kind, GraphQLNonNull):
            kind = kind.of_type
        if isinstance(kind, GraphQLList):
            kind = kind.of_type
    return get_named_type(kind)
