"""An operation that shows what is wrong: the shortest way to one field, as a client would write it. It judges nothing."""

from __future__ import annotations

from collections.abc import Sequence

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_composite_type,
    is_required_argument,
    is_required_input_field,
)

Way = Sequence[tuple[str, str]]
"""(object type, field) from the root down."""

_LITERALS = {"Int": "1", "Float": "1.0", "Boolean": "true"}


def witness(schema: GraphQLSchema, way: Way) -> str:
    """The operation that asks for the last field of the way and for nothing else; ``schema`` is what clients see."""
    kind = {root.name: word for word, root in _roots(schema)}[way[0][0]]
    return f"{'' if kind == 'query' else kind + ' '}{{ {_selection(schema, way, way[0][0])} }}"


def _roots(schema: GraphQLSchema) -> list[tuple[str, GraphQLObjectType]]:
    found = [
        ("query", schema.query_type),
        ("mutation", schema.mutation_type),
        ("subscription", schema.subscription_type),
    ]
    return [(word, root) for word, root in found if root is not None]


def _selection(schema: GraphQLSchema, way: Way, declared: str) -> str:
    (type_name, field), *rest = way
    child = schema.type_map[type_name].fields[field]  # type: ignore[attr-defined]
    given = ", ".join(f"{n}: {literal(a.type)}" for n, a in child.args.items() if is_required_argument(a))
    result = get_named_type(child.type)
    inner = ""
    if rest:
        inner = f" {{ {_selection(schema, rest, result.name)} }}"
    elif is_composite_type(result):
        inner = " { __typename }"
    text = f"{field}{f'({given})' if given else ''}{inner}"
    return text if type_name == declared else f"... on {type_name} {{ {text} }}"


def literal(kind: GraphQLInputType) -> str:
    """A value that the type accepts, as text."""
    if isinstance(kind, GraphQLNonNull):
        return literal(kind.of_type)
    if isinstance(kind, GraphQLList):
        return "[]"
    if isinstance(kind, GraphQLEnumType):
        return next(iter(kind.values))
    if isinstance(kind, GraphQLInputObjectType):
        given = (f"{n}: {literal(f.type)}" for n, f in kind.fields.items() if is_required_input_field(f))
        return f"{{{', '.join(given)}}}"
    return _LITERALS.get(str(kind), '"1"')
