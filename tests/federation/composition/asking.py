"""Operations by chance on any schema, as wide as they come: to see whether whatever composes can be planned."""

from __future__ import annotations

from random import Random

from graphql import (
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    is_required_argument,
)

from federation.composition.witness import literal

DEPTH = 3


def asked(dice: Random, schema: GraphQLSchema) -> str:
    """A query, or a mutation where there is one."""
    roots = [("query", schema.query_type), ("mutation", schema.mutation_type)]
    word, root = dice.choice([(word, root) for word, root in roots if root is not None])
    return f"{word} {_selection(dice, schema, root, 0)}"


def _selection(dice: Random, schema: GraphQLSchema, kind: GraphQLNamedType, depth: int) -> str:
    parts: list[str] = []
    fields = dict(getattr(kind, "fields", {}))
    for name in dice.sample(sorted(fields), min(len(fields), dice.randint(1, 4))):
        part = _field(dice, schema, kind.name, name, fields[name], depth)
        if part:
            parts.append(part)
    if is_abstract_type(kind):
        for each in schema.get_possible_types(kind):
            if dice.random() < 0.6:
                parts.append(f"... on {each.name} {_selection(dice, schema, each, depth)}")
    return f"{{ {' '.join(parts) or '__typename'} }}"


def _field(
    dice: Random, schema: GraphQLSchema, type_name: str, name: str, child: GraphQLField, depth: int
) -> str:
    result = get_named_type(child.type)
    given = ", ".join(f"{n}: {literal(a.type)}" for n, a in child.args.items() if is_required_argument(a))
    called = f"{type_name}_{name}: {name}{f'({given})' if given else ''}"
    if not is_composite_type(result):
        return called
    return f"{called} {_selection(dice, schema, result, depth + 1)}" if depth < DEPTH else ""
