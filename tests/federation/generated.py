"""Small random worlds: subgraphs over one set of objects, the same graph as one schema, and operations on it.

Every object is a plain dict that holds all of its fields; what a subgraph does not declare it does not tell. ``@requires``
fields are computed from their inputs, which a subgraph has from the representation only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from graphql import GraphQLSchema, build_schema

from tests.federation.in_memory import LINK, InMemorySubgraph

TYPES = ("Ant", "Bee", "Cow")
LEAVES = ("p", "q", "r", "s")
LINKS = ("one", "many", "any", "anies", "being")
SUBGRAPHS = ("x", "y", "z")


@dataclass(frozen=True, repr=False)
class World:
    """A graph in two shapes, and its objects."""

    subgraphs: dict[str, InMemorySubgraph]
    merged: GraphQLSchema
    root: dict[str, Any]
    sdls: dict[str, str]

    def __repr__(self) -> str:
        return "\n".join(f"# {name}\n{sdl}" for name, sdl in self.sdls.items())


def world_of(dice: Random) -> World:
    """Three entity types, their leaves and links spread over two or three subgraphs."""
    names = SUBGRAPHS[: dice.randint(2, 3)]
    owners: dict[tuple[str, str], tuple[str, ...]] = {}
    target: dict[tuple[str, str], str] = {}
    requires: dict[tuple[str, str], str] = {}

    def some() -> tuple[str, ...]:
        return tuple(sorted(dice.sample(names, dice.randint(1, 2))))

    for kind in TYPES:
        for leaf in LEAVES:
            owners[kind, leaf] = some()
        for link in LINKS:
            owners[kind, link] = some()
            target[kind, link] = dice.choice(TYPES)
        owners[kind, "sum"] = (dice.choice(names),)
        requires[kind, "sum"] = dice.choice(LEAVES)
    entry = {field: some() for field in ("one", "many", "any", "being")}
    keys = {(kind, name): dice.choice(("id", "id", "id", "no")) for kind in TYPES for name in names}
    objects = _objects(target)
    sdls = {name: _sdl(name, owners, target, requires, entry, keys) for name in names}
    subgraphs = {
        name: InMemorySubgraph(name, sdl, _resolvers(sdl, requires), _finder(objects), _root(objects))
        for name, sdl in sdls.items()
    }
    merged = build_schema(_merged_sdl(target))
    for kind in TYPES:
        merged.type_map[kind].fields["sum"].resolve = _sum(requires[kind, "sum"])  # type: ignore[attr-defined]
    return World(subgraphs, merged, _root(objects), sdls)


def _objects(target: dict[tuple[str, str], str]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {
        kind: [
            {
                "__typename": kind,
                "id": f"{kind[0]}{n}",
                "no": n * 10 + ord(kind[0]),
                **{leaf: None if (n + i) % 4 == 3 else f"{kind}{n}{leaf}" for i, leaf in enumerate(LEAVES)},
            }
            for n in range(3)
        ]
        for kind in TYPES
    }
    everyone = [each for kind in TYPES for each in found[kind]]
    for index, each in enumerate(everyone):
        kind = each["__typename"]
        each["one"] = None if index % 5 == 4 else found[target[kind, "one"]][index % 3]
        each["many"] = [found[target[kind, "many"]][(index + n) % 3] for n in (0, 1, 0)]
        each["any"] = everyone[(index * 2 + 1) % 9]
        each["anies"] = [everyone[(index + n * 4) % 9] for n in range(3)]
        each["being"] = everyone[(index + 4) % 9]
    return found


def _root(objects: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    return {
        "one": objects["Ant"][0],
        "many": objects["Bee"],
        "any": objects["Cow"][1],
        "being": objects["Ant"][2],
    }


def _finder(objects: dict[str, list[dict[str, Any]]]) -> Callable[[Any], Any]:
    def find(representation: Any) -> Any:
        by = "id" if "id" in representation else "no"
        for each in objects[representation["__typename"]]:
            if each[by] == representation[by]:
                return {**each, "given": dict(representation)}
        return None

    return find


def _sum(leaf: str, *, from_representation: bool = False) -> Callable[..., Any]:
    def resolve(source: dict[str, Any], _info: Any) -> str:
        if from_representation:
            assert leaf in source["given"], "the requirement was not sent"
            return f"sum of {source['given'][leaf]}"
        return f"sum of {source[leaf]}"

    return resolve


def _resolvers(sdl: str, requires: dict[tuple[str, str], str]) -> dict[str, dict[str, Any]]:
    return {
        kind: {"sum": _sum(requires[kind, "sum"], from_representation=True)}
        for kind in TYPES
        if "sum:" in sdl.partition(f"type {kind} ")[2].partition("}")[0]
    }


_TYPE_OF = {"one": "{}", "many": "[{}!]!", "any": "Any", "anies": "[Any!]", "being": "Being!"}


def _sdl(
    name: str,
    owners: dict[tuple[str, str], tuple[str, ...]],
    target: dict[tuple[str, str], str],
    requires: dict[tuple[str, str], str],
    entry: dict[str, tuple[str, ...]],
    keys: dict[tuple[str, str], str],
) -> str:
    lines = [LINK, "union Any = Ant | Bee | Cow", "interface Being { id: ID! p: String }"]
    root = [f"{field}: {_root_type(field)} @shareable" for field, by in entry.items() if name in by]
    if root:
        lines.append(f"type Query {{ {' '.join(root)} }}")
    for kind in TYPES:
        fields = ["id: ID!", "no: Int!"]
        for leaf in LEAVES:
            if name in owners[kind, leaf]:
                fields.append(f"{leaf}: String @shareable")
            elif leaf == "p" or (requires[kind, "sum"] == leaf and name in owners[kind, "sum"]):
                fields.append(f"{leaf}: String @external")
        for link in LINKS:
            if name in owners[kind, link]:
                fields.append(f"{link}: {_TYPE_OF[link].format(target[kind, link])} @shareable")
        if name in owners[kind, "sum"]:
            fields.append(f'sum: String @requires(fields: "{requires[kind, "sum"]}")')
        every = '@key(fields: "id") @key(fields: "no")'
        key = (
            every if keys[kind, name] == "id" else '@key(fields: "no") @key(fields: "id", resolvable: false)'
        )
        lines.append(f"type {kind} implements Being {key} {{ {' '.join(fields)} }}")
    return "\n".join(lines)


def _root_type(field: str) -> str:
    return {"one": "Ant", "many": "[Bee!]!", "any": "Any", "being": "Being"}[field]


def _merged_sdl(target: dict[tuple[str, str], str]) -> str:
    lines = ["union Any = Ant | Bee | Cow", "interface Being { id: ID! p: String }"]
    root = " ".join(f"{field}: {_root_type(field)}" for field in ("one", "many", "any", "being"))
    lines.append(f"type Query {{ {root} }}")
    for kind in TYPES:
        leaves = " ".join(f"{leaf}: String" for leaf in (*LEAVES, "sum"))
        links = " ".join(f"{link}: {_TYPE_OF[link].format(target[kind, link])}" for link in LINKS)
        lines.append(f"type {kind} implements Being {{ id: ID! no: Int! {leaves} {links} }}")
    return "\n".join(lines)


def operation_of(dice: Random, world: World, depth: int) -> str:
    """A valid query on the world's graph, with aliases, fragments on types, and conditions on ``$on``."""
    counter = iter(range(10_000))
    body = _selection(dice, "Query", depth, counter, world)
    return f"query ($on: Boolean!) {{ on: __typename @include(if: $on) ... on Query {body} }}"


def _selection(dice: Random, kind: str, depth: int, counter: Any, world: World) -> str:
    parts = [_field(dice, kind, depth, counter, world) for _ in range(dice.randint(1, 3))]
    if kind in ("Any", "Being"):
        for on in dice.sample(TYPES, dice.randint(0, 3)):
            parts.append(f"... on {on}{_condition(dice)} {_selection(dice, on, depth - 1, counter, world)}")
    return "{ " + " ".join(parts) + " }"


def _field(dice: Random, kind: str, depth: int, counter: Any, world: World) -> str:
    leaves = {"Any": ["__typename"], "Being": ["__typename", "id", "p"], "Query": []}.get(
        kind, ["__typename", "id", "no", "sum", *LEAVES]
    )
    links = {"Any": [], "Being": [], "Query": ["one", "many", "any", "being"]}.get(kind, list(LINKS))
    name = dice.choice(leaves + links * 2 if depth > 0 else leaves or links)
    aliased = dice.random() < 0.5
    alias = f"a{next(counter)}: " if aliased or name in links else ""
    if name not in links:
        return f"{alias}{name}{_condition(dice)}"
    inner = str(world.merged.type_map[kind].fields[name].type).strip("[]!")  # type: ignore[attr-defined]
    return f"{alias}{name}{_condition(dice)} {_selection(dice, inner, depth - 1, counter, world)}"


def _condition(dice: Random) -> str:
    return dice.choice(["", "", "", "", " @include(if: $on)", " @skip(if: $on)"])
