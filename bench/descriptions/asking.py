"""A GraphQL document that asks one root field for everything it may answer, and values for its arguments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_required_argument,
    is_required_input_field,
)

DEEPEST = 5
MOST_FIELDS = 400

_PLAIN: Mapping[str, Any] = {
    "Int": 1,
    "Float": 1.5,
    "Boolean": True,
    "Long": "1",
    "Decimal": "1.5",
    "Date": "2024-02-29",
    "DateTime": "2024-02-29T10:30:00Z",
    "JSON": "a",
}


def question(schema: GraphQLSchema, root: str, name: str) -> str:
    """``query($a: T!) { name(a: $a) {…} }``: required arguments are variables of the same name."""
    owner = schema.query_type if root == "Query" else schema.mutation_type
    assert owner is not None
    asked = owner.fields[name]
    required = [key for key, argument in asked.args.items() if is_required_argument(argument)]
    declared = ", ".join(f"${key}: {asked.args[key].type}" for key in required)
    given = ", ".join(f"{key}: ${key}" for key in required)
    head = f"{root.lower()}{f'({declared})' if declared else ''}"
    return f"{head} {{ {name}{f'({given})' if given else ''}{_Selection(schema).of(asked.type)} }}"


class _Selection:
    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._left = MOST_FIELDS

    def of(self, type_: GraphQLOutputType) -> str:
        """With a space in front; empty for a leaf."""
        named = get_named_type(type_)
        if isinstance(named, GraphQLUnionType):
            members = (
                f"... on {each.name} {{ {self._fields(each, (named.name,), f'of{index}_')} }}"
                for index, each in enumerate(named.types)
            )
            return f" {{ __typename {' '.join(members)} }}"
        inner = self._inner(named, ())
        return f" {{ {inner} }}" if inner else ""

    def _inner(self, named: GraphQLNamedType, above: tuple[str, ...]) -> str:
        if isinstance(named, GraphQLUnionType):
            return "__typename"
        if isinstance(named, GraphQLObjectType | GraphQLInterfaceType):
            return self._fields(named, above)
        return ""

    def _fields(
        self, owner: GraphQLObjectType | GraphQLInterfaceType, above: tuple[str, ...], alias: str = ""
    ) -> str:
        parts = ["__typename", *self._each(owner, above, alias)]
        return " ".join(parts)

    def _each(
        self, owner: GraphQLObjectType | GraphQLInterfaceType, above: tuple[str, ...], alias: str
    ) -> Iterator[str]:
        for name, field in owner.fields.items():
            if self._left <= 0 or any(is_required_argument(each) for each in field.args.values()):
                continue
            self._left -= 1
            named = get_named_type(field.type)
            if not isinstance(named, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType):
                yield f"{alias and f'{alias}{name}: '}{name}"
            elif len(above) < DEEPEST and named.name not in above:
                yield (
                    f"{alias and f'{alias}{name}: '}{name} {{ {self._inner(named, (*above, owner.name))} }}"
                )


def arguments_of(field: GraphQLField) -> dict[str, Any]:
    """A value for each argument that must be given, by its type alone."""
    return {
        name: any_value(argument.type)
        for name, argument in field.args.items()
        if is_required_argument(argument)
    }


def any_value(type_: Any) -> Any:
    """Whatever fits an input type; of an input object what it demands."""
    if isinstance(type_, GraphQLNonNull):
        return any_value(type_.of_type)
    if isinstance(type_, GraphQLList):
        return [any_value(type_.of_type)]
    if isinstance(type_, GraphQLEnumType):
        return next(iter(type_.values))
    if isinstance(type_, GraphQLInputObjectType):
        demanded = {name: each for name, each in type_.fields.items() if is_required_input_field(each)}
        return {name: any_value(each.type) for name, each in demanded.items()}
    return _PLAIN.get(type_.name, "a")


def fitted(value: Any, argument: GraphQLArgument, words: Mapping[str, str] | None) -> Any:
    """A value of the description as GraphQL takes it. ``words``: an enum's name → the description's value."""
    return _fitted(value, argument.type, {held: name for name, held in (words or {}).items()})


def _fitted(value: Any, type_: Any, names: Mapping[str, str]) -> Any:
    if isinstance(type_, GraphQLNonNull):
        return _fitted(value, type_.of_type, names)
    if isinstance(type_, GraphQLList):
        items = value if isinstance(value, list) else [value]
        return [_fitted(item, type_.of_type, names) for item in items]
    if isinstance(type_, GraphQLEnumType):
        return names.get(str(value), str(value))
    if type_.name == "Int" and isinstance(value, str) and value.strip().lstrip("-").isdigit():
        return int(value)
    if type_.name in ("String", "ID", "Date", "DateTime", "Long", "Decimal") and not isinstance(value, str):
        return str(value).lower() if isinstance(value, bool) else str(value)
    return value
