"""One subgraph with something of everything, and an operation answered twice: by the engine in front of it, and by
graphql-core itself. Both must say the same.

The subgraph is served in two ways: by graphql-core (honest), and raw, as a server that hands out whatever it holds
without looking at types, so that all of the specification's work is left to the engine.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from graphql import (
    FieldNode,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionSetNode,
    build_schema,
    execute_sync,
    parse,
    print_ast,
    validate,
)
from graphql.execution.values import get_argument_values, get_directive_values
from graphql.type import GraphQLIncludeDirective, GraphQLSkipDirective

from federation import (
    FetchContext,
    FetchResult,
    Json,
    PlannedFetch,
    Representation,
    Subgraph,
    Supergraph,
    compile_operation,
    compose,
    execute,
)
from federation.defer import DEFINITION
from tests.federation.in_memory import LINK, InMemorySubgraph

SDL = '''
type Query {
  show(int: Int, float: Float, string: String, boolean: Boolean, id: ID, colour: Colour, box: Box, data: Json,
    list: [Int], lists: [[Int!]], must: [Int!]! = [7], given: Int = 3, choice: Choice): String
  need(int: Int!, colour: Colour! = RED): String
  hero: Hero
  heroes: [Hero!]
  sure: Hero!
  pet: Pet
  pets: [Pet]
  named: Named
  all: [Named!]!
  none: Hero
  numbers: [Int]
  certain: [Int!]
  grid: [[Int!]]
  empty: [Hero!]!
  big: Float
  whole: Int
  data: Json
  colour: Colour
  fails: String
  failsSurely: String!
  listOfFailing: [Failing]
  listOfSure: [Failing!]
  failing: Failing
}
"""What is done."""
type Mutation { add(by: Int! = 1): Int! fail: Int take(what: Box): Hero }
"""One who saves."""
type Hero implements Named & Old {
  "Never empty."
  name: String!
  age: Int @deprecated(reason: "nobody asks")
  friend: Hero
  friends(first: Int = 2): [Hero!]!
  pet: Pet
  home: Place
}
type Dog implements Named { name: String! barks: Boolean friend: Named }
type Cat implements Named { name: String! meows: Boolean friend: Named }
type Place { street: String number: Int! hero: Hero }
type Failing { ok: String bad: String sure: String! below: Failing belowSure: Failing! }
union Pet = Dog | Cat
interface Named { name: String! }
interface Old { age: Int }
enum Colour { RED GREEN @deprecated BLUE }
"Anything."
scalar Json @specifiedBy(url: "https://www.rfc-editor.org/rfc/rfc8259")
input Box { wide: Int! high: Int = 2 colour: Colour = BLUE tags: [String!] inner: Box data: Json }
input Choice { a: Int b: String }
'''

ANN: dict[str, Any] = {"__typename": "Hero", "name": "Ann", "age": 41}
BOB: dict[str, Any] = {"__typename": "Hero", "name": "Bob", "age": None, "friend": ANN}
REX: dict[str, Any] = {"__typename": "Dog", "name": "Rex", "barks": True, "friend": ANN}
TOM: dict[str, Any] = {"__typename": "Cat", "name": "Tom", "meows": None, "friend": REX}
ANN.update(friend=BOB, friends=[BOB, ANN], pet=REX, home={"street": "Long", "number": 1, "hero": ANN})
BOB.update(friends=[], pet=TOM, home=None)
ROOT: dict[str, Any] = {
    "hero": ANN,
    "heroes": [ANN, BOB],
    "sure": BOB,
    "pet": REX,
    "pets": [TOM, None, REX],
    "named": TOM,
    "all": [ANN, REX, TOM],
    "none": None,
    "numbers": [1, None, -2147483648],
    "certain": [1, 2],
    "grid": [[1], [], None],
    "empty": [],
    "big": 1e300,
    "whole": 2147483647,
    "data": {"any": [1, {"deep": None}], "e": "é"},
    "colour": "GREEN",
}
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Answer:
    """What is compared: the data, the order of their fields, and where errors are."""

    data: Any
    order: tuple[str, ...]
    paths: tuple[Path, ...]
    """Of the errors, sorted."""
    failed: bool


class RawSubgraph:
    """Implements ``Subgraph`` and its own prepared fetch over plain data."""

    def __init__(self, name: str, sdl: str, schema: GraphQLSchema, root: Any) -> None:
        self.name = name
        self.sdl = sdl
        self._schema = schema
        self._root = root
        self._selection = SelectionSetNode(selections=())
        self._kind = "Query"

    def prepare(self, fetch: PlannedFetch) -> RawSubgraph:
        prepared = RawSubgraph(self.name, self.sdl, self._schema, self._root)
        prepared._selection = fetch.selection
        prepared._kind = fetch.kind.value.title()
        return prepared

    async def run(
        self, variables: Mapping[str, Json], representations: Sequence[Representation], context: FetchContext
    ) -> FetchResult:
        return FetchResult(self._object(self._root, self._kind, self._selection, variables))

    def _object(
        self, held: dict[str, Any], kind: str, chosen: SelectionSetNode, variables: Mapping[str, Any]
    ) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for node in chosen.selections:
            if not _holds(node, variables):
                continue
            if isinstance(node, InlineFragmentNode):
                on = node.type_condition.name.value if node.type_condition else kind
                if on in (kind, *self._interfaces(kind)):
                    _merge(found, self._object(held, kind, node.selection_set, variables))
            elif isinstance(node, FieldNode):
                key = node.alias.value if node.alias else node.name.value
                _merge(found, {key: self._value(held, kind, node, variables)})
        return found

    def _interfaces(self, kind: Any) -> list[str]:
        return [each.name for each in getattr(self._schema.type_map.get(kind), "interfaces", ())]

    def _value(self, held: dict[str, Any], kind: str, node: FieldNode, variables: Mapping[str, Any]) -> Any:
        if node.name.value == "__typename":
            return kind
        if node.name.value in ("show", "need"):
            field = self._schema.type_map[kind].fields[node.name.value]  # type: ignore[attr-defined]
            return show(None, None, **get_argument_values(field, node, dict(variables)))
        return self._below(held.get(node.name.value), node.selection_set, variables)

    def _below(self, value: Any, chosen: SelectionSetNode | None, variables: Mapping[str, Any]) -> Any:
        if isinstance(value, list):
            return [self._below(each, chosen, variables) for each in value]
        if isinstance(value, dict) and chosen is not None:
            return self._object(value, value.get("__typename", "Place"), chosen, variables)
        return value


def show(_source: Any, _info: Any, **arguments: Any) -> str:
    """The arguments as they arrived, so that absent and null can be told apart."""
    return json.dumps(arguments, sort_keys=True)


def fail(*_: Any, **__: Any) -> Any:
    raise ValueError("it failed")


def resolvers(root: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Honest ones over the data; a mutation counts."""
    failing = {"ok": "ok"}
    counted = [0]

    def add(_source: Any, _info: Any, by: int) -> int:
        counted[0] += by
        return counted[0]

    return {
        "Query": {
            "show": show,
            "need": show,
            "fails": fail,
            "failsSurely": fail,
            "failing": lambda *_: failing,
            "listOfFailing": lambda *_: [failing, None, failing],
            "listOfSure": lambda *_: [failing, failing],
        },
        "Mutation": {"add": add, "fail": fail, "take": lambda *_, **__: ANN},
        "Failing": {
            "bad": fail,
            "sure": fail,
            "below": lambda *_: failing,
            "belowSure": lambda *_: failing,
        },
        "Hero": {"friends": lambda hero, _info, first=2: hero["friends"][:first]},
    }


def answers(
    text: str,
    variables: Mapping[str, Any] | None = None,
    *,
    name: str | None = None,
    root: dict[str, Any] | None = None,
    raw: bool = False,
) -> tuple[Answer, Answer]:
    """graphql-core's answer and the engine's."""
    held = {**ROOT, **(root or {})}
    honest = InMemorySubgraph("kitchen", LINK + SDL, resolvers(held), root=held)
    subgraph: Subgraph = RawSubgraph("kitchen", LINK + SDL, honest.schema, held) if raw else honest
    document = parse(text)
    whole = whole_schema(held)
    assert not validate(whole, document), validate(whole, document)
    theirs = execute_sync(whole, document, held, variable_values=dict(variables or {}), operation_name=name)
    compiled = compile_operation(composed(), {"kitchen": subgraph}, document, name)
    ours = asyncio.run(execute(compiled, dict(variables or {}), FetchContext()))
    return (
        Answer(
            theirs.data,
            _keys(theirs.data),
            _sorted(tuple(error.path or ()) for error in theirs.errors or ()),
            bool(theirs.errors),
        ),
        Answer(
            ours.data, _keys(ours.data), _sorted(error.path or () for error in ours.errors), bool(ours.errors)
        ),
    )


def _sorted(paths: Iterable[Path]) -> tuple[Path, ...]:
    return tuple(sorted(paths, key=str))


def _keys(value: Any) -> tuple[str, ...]:
    if isinstance(value, dict):
        return tuple(key for name, each in value.items() for key in (name, *_keys(each)))
    return tuple(key for each in value for key in _keys(each)) if isinstance(value, list) else ()


@cache
def composed() -> Supergraph:
    """The engine's graph of this one subgraph."""
    return compose({"kitchen": LINK + SDL})


def whole_schema(held: dict[str, Any]) -> GraphQLSchema:
    schema = build_schema(f"{SDL}\n{print_ast(DEFINITION)}")
    for type_name, fields in resolvers(held).items():
        for field, resolve in fields.items():
            schema.type_map[type_name].fields[field].resolve = resolve  # type: ignore[attr-defined]
    return schema


def _holds(node: Any, variables: Mapping[str, Any]) -> bool:
    skip = get_directive_values(GraphQLSkipDirective, node, dict(variables))
    include = get_directive_values(GraphQLIncludeDirective, node, dict(variables))
    return not (skip and skip["if"]) and not (include and not include["if"])


def _merge(into: dict[str, Any], more: dict[str, Any]) -> None:
    for key, value in more.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        elif isinstance(value, list) and isinstance(into.get(key), list):
            for mine, each in zip(into[key], value, strict=True):
                if isinstance(mine, dict) and isinstance(each, dict):
                    _merge(mine, each)
        else:
            into[key] = value
