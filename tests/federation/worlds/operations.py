"""Random operations on any schema: aliases, fragments, conditions, arguments and variables of all sorts."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    OverlappingFieldsCanBeMergedRule,
    Undefined,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_composite_type,
    is_required_argument,
    is_required_input_field,
    parse,
    validate,
)

MOST_TRIES = 10
MAY_BREAK = [OverlappingFieldsCanBeMergedRule]
"""Rules of validation that an operation may break; the others it keeps by the way it is written."""
CONDITIONS = ("a", "b", "c")
LITERALS = {
    "Int": ("0", "1", "-7", "2147483647"),
    "Float": ("0", "1.5", "-2e3"),
    "String": ('""', '"text"', '"""block"""', '"\\u00e9\\n"'),
    "ID": ('"A1"', "7"),
    "Boolean": ("true", "false"),
    "Json": ('"text"', "[1, null]", "{ deep: { er: [true, 2.5] } }"),
}
GIVEN = {
    "Int": (0, 1, -7, 2147483647),
    "Float": (0, 1.5, -2e3),
    "String": ("", "text", "é\n"),
    "ID": ("A1", "7"),
    "Boolean": (True, False),
    "Json": ("text", [1, None], {"deep": {"er": [True, 2.5]}}),
}


def operation_of(dice: Random, schema: GraphQLSchema) -> tuple[str, dict[str, Any]]:
    """A valid operation and its variables."""
    for _ in range(MOST_TRIES):
        writer = _Writer(dice, schema)
        text = writer.operation()
        if not validate(schema, parse(text, no_location=True), MAY_BREAK):
            return text, writer.given
    return "{ __typename }", {}


class _Writer:
    def __init__(self, dice: Random, schema: GraphQLSchema) -> None:
        self._dice = dice
        self._schema = schema
        self._names = 0
        self._declared: dict[str, str] = {}
        self._fragments: dict[str, tuple[str, str]] = {}
        self.given: dict[str, Any] = {}

    def operation(self) -> str:
        dice = self._dice
        mutates = self._schema.mutation_type is not None and dice.random() < 0.3
        kind = "mutation" if mutates else "query"
        body = self._selection(kind.title(), dice.randint(1, 4), dice.randint(1, 3))
        declared = f"({', '.join(self._declared.values())})" if self._declared else ""
        fragments = (f"fragment {name} on {on} {inner}" for name, (on, inner) in self._fragments.items())
        return " ".join((f"{kind} Q{declared} {body}", *fragments))

    def _new(self, start: str) -> str:
        self._names += 1
        return f"{start}{self._names}"

    # -- selections

    def _selection(self, kind: str, depth: int, count: int) -> str:
        parts = [self._part(kind, depth) for _ in range(count)]
        parts += self._narrowed(kind, depth) if is_abstract_type(self._schema.type_map[kind]) else []
        return "{ " + " ".join(parts) + " }"

    def _part(self, kind: str, depth: int) -> str:
        roll = self._dice.random()
        if roll < 0.06:
            return f"{self._alias(0.5)}__typename{self._conditions()}"
        if roll < 0.1:
            return f"...{self._conditions()} {self._selection(kind, depth, 1)}"
        if roll < 0.15 and depth > 0 and kind not in ("Query", "Mutation"):
            return f"...{self._fragment(kind, depth)}{self._conditions()}"
        if roll < 0.16 and kind == "Query":
            return '__type(name: "Spot") { name kind }'
        return self._field(kind, depth)

    def _narrowed(self, kind: str, depth: int) -> list[str]:
        """Fragments on other types that may stand here."""
        here = self._schema.type_map[kind]
        possible = {each.name for each in self._schema.get_possible_types(here)}  # type: ignore[arg-type]
        others = [
            name
            for name, each in self._schema.type_map.items()
            if is_abstract_type(each) and possible & {t.name for t in self._schema.get_possible_types(each)}
        ]
        found: list[str] = []
        for on in self._dice.sample(sorted((*possible, *others)), self._dice.randint(0, 3)):
            if self._dice.random() < 0.2:
                found.append(f"...{self._fragment(on, depth)}{self._conditions()}")
            else:
                inner = self._selection(on, depth - 1, self._dice.randint(1, 2))
                found.append(f"... on {on}{self._conditions()} {inner}")
        return found

    def _fragment(self, on: str, depth: int) -> str:
        known = [name for name, (at, _) in self._fragments.items() if at == on]
        if known and self._dice.random() < 0.5:
            return known[0]
        inner = self._selection(on, depth - 1, 2)
        name = self._new("F")
        self._fragments[name] = (on, inner)
        return name

    def _field(self, kind: str, depth: int) -> str:
        fields: dict[str, GraphQLField] = getattr(self._schema.type_map[kind], "fields", {})
        links = [name for name, each in fields.items() if is_composite_type(get_named_type(each.type))]
        leaves = [name for name in fields if name not in links]
        # links and leaves by halves, whatever their numbers
        pool = links if links and depth > 0 and (not leaves or self._dice.random() < 0.5) else leaves
        if not pool:
            return (
                f"{self._alias(0.5)}__typename"
                if not links or depth < -2
                else self._one(fields, links, kind, depth)
            )
        return self._one(fields, pool, kind, depth)

    def _one(self, fields: dict[str, GraphQLField], pool: list[str], kind: str, depth: int) -> str:
        name = self._dice.choice(pool)
        child = fields[name]
        arguments = self._arguments(child)
        own = f"{self._alias(0.8 if arguments else 0.3)}{name}{arguments}{self._conditions()}"
        returned = get_named_type(child.type)
        if not is_composite_type(returned):
            return own
        return f"{own} {self._selection(returned.name, depth - 1, self._dice.randint(1, 3))}"

    def _alias(self, share: float) -> str:
        return f"{self._new('k')}: " if self._dice.random() < share else ""

    def _conditions(self) -> str:
        found = ""
        for directive in ("include", "skip"):
            roll = self._dice.random()
            if roll < 0.02:
                found += f" @{directive}(if: {self._dice.choice(('true', 'false'))})"
            elif roll < 0.12:
                found += f" @{directive}(if: ${self._condition()})"
        return found

    def _condition(self) -> str:
        name = self._dice.choice(CONDITIONS)
        if name not in self._declared:
            value = self._dice.random() < 0.5
            if self._dice.random() < 0.2:
                self._declared[name] = f"${name}: Boolean! = {'true' if value else 'false'}"
            else:
                self._declared[name] = f"${name}: Boolean!"
                self.given[name] = value
        return name

    # -- values

    def _arguments(self, child: GraphQLField) -> str:
        parts = [
            f"{name}: {self._value(argument.type, 2, argument.default_value is not Undefined)}"
            for name, argument in child.args.items()
            if is_required_argument(argument) or self._dice.random() < 0.6
        ]
        return f"({', '.join(parts)})" if parts else ""

    def _value(self, kind: Any, depth: int, has_default: bool = False) -> str:
        if self._dice.random() < 0.35:
            return f"${self._variable(kind, has_default)}"
        return self._literal(kind, depth)

    def _variable(self, kind: Any, has_default: bool) -> str:
        name = self._new("v")
        roll = self._dice.random()
        required = isinstance(kind, GraphQLNonNull)
        self._declared[name] = f"${name}: {kind}"
        if roll < 0.25:
            self._declared[name] = f"${name}: {kind} = {self._constant(kind)}"
            if self._dice.random() < 0.5:
                return name
        elif roll < 0.4 and not required:
            if self._dice.random() < 0.5:
                self.given[name] = None
            return name
        self.given[name] = self._given(kind, 2)
        return name

    def _constant(self, kind: Any) -> str:
        return self._literal(kind, 2, constant=True)

    def _literal(self, kind: Any, depth: int, *, constant: bool = False) -> str:
        def inner(below: Any) -> str:
            return (
                self._literal(below, depth - 1, constant=True) if constant else self._value(below, depth - 1)
            )

        if isinstance(kind, GraphQLNonNull):
            return self._literal(kind.of_type, depth, constant=constant)
        if isinstance(kind, GraphQLList):
            if self._dice.random() < 0.2:
                # one item for a list; a variable within it would stand where a list is expected
                is_deep = isinstance(get_nullable_type(kind.of_type), GraphQLList)
                return self._literal(kind.of_type, depth, constant=constant or is_deep)
            return f"[{', '.join(inner(kind.of_type) for _ in range(self._dice.randint(0, 2)))}]"
        if isinstance(kind, GraphQLEnumType):
            return self._dice.choice(sorted(kind.values))
        if isinstance(kind, GraphQLInputObjectType):
            parts = (f"{n}: {inner(t)}" for n, t in self._fields(kind, depth))
            return f"{{ {', '.join(parts)} }}"
        return self._dice.choice(LITERALS[kind.name])

    def _given(self, kind: Any, depth: int) -> Any:
        if isinstance(kind, GraphQLNonNull):
            return self._given(kind.of_type, depth)
        if isinstance(kind, GraphQLList):
            if self._dice.random() < 0.2:
                return self._given(kind.of_type, depth)
            return [self._given(kind.of_type, depth - 1) for _ in range(self._dice.randint(0, 2))]
        if isinstance(kind, GraphQLEnumType):
            return self._dice.choice(sorted(kind.values))
        if isinstance(kind, GraphQLInputObjectType):
            return {n: self._given(t, depth - 1) for n, t in self._fields(kind, depth)}
        return json.loads(json.dumps(self._dice.choice(GIVEN[kind.name])))

    def _fields(self, kind: GraphQLInputObjectType, depth: int) -> list[tuple[str, Any]]:
        return [
            (name, each.type)
            for name, each in kind.fields.items()
            if is_required_input_field(each)
            or (
                self._dice.random() < 0.4 and (depth > 0 or not isinstance(each.type, GraphQLInputObjectType))
            )
        ]
