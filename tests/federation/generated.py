"""Small random worlds: subgraphs over one set of objects, the same graph as one schema, and operations on it.

Every object is a plain dict that holds all of its fields; what a subgraph does not answer it refuses. A field with
``@requires`` is computed from its inputs, which its subgraph has from the representation only; a field that is
``@external`` is told only where the way to the object provides it; an overridden one never.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import GraphQLSchema, build_schema, is_abstract_type, is_composite_type
from graphql import get_named_type as named

from tests.federation.in_memory import LINK, InMemorySubgraph

TYPES = ("Ant", "Bee", "Cow")
LEAVES = ("p", "q", "r", "s")
LINKS = {"one": "{}", "many": "[{}!]!", "any": "Any", "anies": "[Any!]", "being": "Being!"}
SUBGRAPHS = ("x", "y", "z")
MOODS = "m"
"""The subgraph that knows beings as an ``@interfaceObject`` only."""

Object = dict[str, Any]


@dataclass(frozen=True, repr=False)
class World:
    """A graph in two shapes, and its objects."""

    subgraphs: dict[str, InMemorySubgraph]
    merged: GraphQLSchema
    root: Object
    sdls: dict[str, str]

    def __repr__(self) -> str:
        return "\n".join(f"# {name}\n{sdl}" for name, sdl in self.sdls.items())


@dataclass
class Cut:
    """Which subgraph has what. ``home`` is a subgraph that can be entered for every type by every key."""

    names: tuple[str, ...]
    home: str
    moods: bool
    owners: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    target: dict[str, str] = field(default_factory=dict)
    keys: dict[tuple[str, str], str] = field(default_factory=dict)
    entry: dict[str, tuple[str, ...]] = field(default_factory=dict)
    overridden: dict[tuple[str, str], str] = field(default_factory=dict)
    """(type, field) → the subgraph it was taken from."""
    provides: dict[tuple[str, str, str], str] = field(default_factory=dict)
    """(subgraph, type, link) → the leaf that is provided below it."""
    requires: dict[tuple[str, str], str] = field(default_factory=dict)
    """(type, field) → its field set."""

    def owns(self, name: str, kind: str, child: str) -> bool:
        return name in self.owners.get((kind, child), ())


def world_of(dice: Random) -> World:
    """Three entity types and a value type, their fields spread over two or three subgraphs, and perhaps one more."""
    cut = _cut(dice)
    objects = _objects(cut)
    sdls = {name: _sdl(name, cut) for name in cut.names}
    if cut.moods:
        sdls[MOODS] = _moods_sdl()
    subgraphs = {
        name: InMemorySubgraph(
            name, sdl, _resolvers(name, cut), _finder(name, cut, objects), _root(objects, name)
        )
        for name, sdl in sdls.items()
    }
    return World(subgraphs, _merged(cut), _root(objects, ""), sdls)


# -- who has what


def _cut(dice: Random) -> Cut:
    names = SUBGRAPHS[: dice.randint(2, 3)]
    cut = Cut(names, dice.choice(names), dice.random() < 0.3)

    def some() -> tuple[str, ...]:
        return tuple(sorted(dice.sample(names, dice.randint(1, 2))))

    for kind in TYPES:
        for child in (*LEAVES, *LINKS):
            cut.owners[kind, child] = some()
        cut.target[kind] = dice.choice(TYPES)
        for name in names:
            every = name == cut.home
            cut.keys[kind, name] = "both" if every else dice.choice(("id", "no", "both", "half"))
    spots = some()
    for child in ("lat", "lon"):
        cut.owners["Spot", child] = tuple(n for n in spots if dice.random() < 0.6) or (dice.choice(spots),)
    for kind in TYPES:
        cut.owners[kind, "spot"] = tuple({*cut.owners["Spot", "lat"], *cut.owners["Spot", "lon"]})
    for child in ("one", "many", "any", "being"):
        cut.entry[child] = some()
    _override(dice, cut)
    _require(dice, cut)
    _provide(dice, cut)
    return cut


def _override(dice: Random, cut: Cut) -> None:
    for kind in TYPES:
        for leaf in LEAVES:
            owner = cut.owners[kind, leaf]
            if len(owner) == 1 and dice.random() < 0.25:
                cut.overridden[kind, leaf] = dice.choice([n for n in cut.names if n != owner[0]])


def _require(dice: Random, cut: Cut) -> None:
    for kind in TYPES:
        for child, needs in _requirements(dice, kind, cut):
            able = [n for n in cut.names if not any(_has(n, cut, *each) for each in needs[1])]
            if able:
                cut.owners[kind, child] = (dice.choice(able),)
                cut.requires[kind, child] = needs[0]


def _requirements(
    dice: Random, kind: str, cut: Cut
) -> Iterator[tuple[str, tuple[str, tuple[tuple[str, str], ...]]]]:
    """Field → its field set, and what of it the subgraph must not have itself."""
    leaf = dice.choice(LEAVES)
    yield "sum", (leaf, ((kind, leaf),))
    far = dice.choice(LEAVES)
    yield "far", (f"one {{ {far} }}", ((kind, "one"), (cut.target[kind], far)))
    cut.owners[kind, "size"] = (dice.choice(cut.names),)
    for child, unit in (("fit", "cm"), ("fat", "in")):
        yield child, (f'size(unit: "{unit}")', ((kind, "size"),))
    if (kind, "sum") in cut.requires:
        yield "sum2", ("sum", ((kind, "sum"),))


def _has(name: str, cut: Cut, kind: str, child: str) -> bool:
    return cut.owns(name, kind, child) or cut.overridden.get((kind, child)) == name


def _provide(dice: Random, cut: Cut) -> None:
    for kind in TYPES:
        for link in LINKS:
            for name in cut.owners[kind, link]:
                leaf = dice.choice(LEAVES)
                below = [cut.target[kind]] if link in ("one", "many") else list(TYPES)
                if dice.random() < 0.3 and not any(_has(name, cut, each, leaf) for each in below):
                    cut.provides[name, kind, link] = leaf


# -- objects


def _objects(cut: Cut) -> dict[str, list[Object]]:
    found: dict[str, list[Object]] = {
        kind: [
            {
                "__typename": kind,
                "id": f"{kind[0]}{n}",
                "no": n * 10 + ord(kind[0]),
                "mood": f"mood of {kind[0]}{n}",
                "spot": None if n == 2 else {"lat": f"lat of {kind}{n}", "lon": f"lon of {kind}{n}"},
                **{leaf: None if (n + i) % 4 == 3 else f"{kind}{n}{leaf}" for i, leaf in enumerate(LEAVES)},
            }
            for n in range(3)
        ]
        for kind in TYPES
    }
    everyone = [each for kind in TYPES for each in found[kind]]
    for index, each in enumerate(everyone):
        targets = found[cut.target[each["__typename"]]]
        each["one"] = None if index % 5 == 4 else targets[index % 3]
        each["many"] = [targets[(index + n) % 3] for n in (0, 1, 0)]
        each["any"] = everyone[(index * 2 + 1) % 9]
        each["anies"] = [everyone[(index + n * 4) % 9] for n in range(3)]
        each["being"] = everyone[(index + 4) % 9]
    return found


def _root(objects: dict[str, list[Object]], name: str) -> Object:
    beings = [objects["Ant"][1], objects["Cow"][0], objects["Bee"][2]]
    return {
        "one": objects["Ant"][0],
        "many": objects["Bee"],
        "any": objects["Cow"][1],
        "being": objects["Ant"][2],
        "beings": [{**each, "__typename": "Being"} for each in beings] if name == MOODS else beings,
    }


def _finder(name: str, cut: Cut, objects: dict[str, list[Object]]) -> Callable[[Mapping[str, Any]], Any]:
    def find(representation: Mapping[str, Any]) -> Any:
        kind = representation["__typename"]
        by = "id" if "id" in representation else "no"
        for each in [e for k in TYPES if kind in (k, "Being") for e in objects[k]]:
            if each[by] == representation[by]:
                told = "Being" if name == MOODS else each["__typename"]
                return {**each, "__typename": told, "given": dict(representation)}
        return None

    return find


# -- resolvers

Resolve = Callable[..., Any]


def _resolvers(name: str, cut: Cut) -> dict[str, dict[str, Resolve]]:
    found: dict[str, dict[str, Resolve]] = {}
    if name == MOODS:
        return found
    for kind in TYPES:
        own = found[kind] = {}
        for child in _external(name, kind, cut):
            own[child] = _if_provided(child)
        for (at, leaf), taken_from in cut.overridden.items():
            if at == kind and taken_from == name:
                own[leaf] = _refuse
        for child in ("sum", "far", "fit", "fat", "sum2"):
            if cut.owns(name, kind, child):
                own[child] = _computed(child, cut.requires[kind, child], lambda source: source["given"])
        if cut.owns(name, kind, "size"):
            own["size"] = _size
        for link in LINKS:
            leaf = cut.provides.get((name, kind, link))
            if leaf is not None:
                own[link] = _providing(link, leaf)
    return found


def _refuse(_source: Object, _info: Any, **_arguments: Any) -> Any:
    raise AssertionError("asked for what it does not answer")


def _if_provided(child: str) -> Resolve:
    def resolve(source: Object, _info: Any, **_arguments: Any) -> Any:
        assert child in source.get("provided", ()), "asked for what is external here"
        return source[child]

    return resolve


def _providing(link: str, leaf: str) -> Resolve:
    def resolve(source: Object, _info: Any) -> Any:
        value = source[link]
        if isinstance(value, list):
            return [{**each, "provided": (leaf,)} for each in value]
        return value and {**value, "provided": (leaf,)}

    return resolve


def _computed(child: str, needs: str, given: Callable[[Object], Object]) -> Resolve:
    def resolve(source: Object, _info: Any) -> str:
        inputs = given(source)
        if child == "far":
            inner = inputs["one"] and inputs["one"][needs.removeprefix("one { ").removesuffix(" }")]
            return f"far {inner}"
        if child in ("fit", "fat"):
            return f"{child} {inputs['size']}"
        return f"{child} of {inputs[needs]}"

    return resolve


def _size(source: Object, _info: Any, unit: str) -> str:
    return f"{source['id']} in {unit}"


# -- schemas


def _external(name: str, kind: str, cut: Cut) -> list[str]:
    """Fields that the subgraph declares without answering them."""
    found: dict[str, None] = {}
    for (at, child), needs in cut.requires.items():
        if not cut.owns(name, at, child):
            continue
        if child == "far":
            if at == kind:
                found["one"] = None
            if cut.target[at] == kind:
                found[needs.removeprefix("one { ").removesuffix(" }")] = None
        elif at == kind:
            found[needs.partition("(")[0]] = None
    for (subgraph, at, link), leaf in cut.provides.items():
        if subgraph == name and (link not in ("one", "many") or cut.target[at] == kind):
            found[leaf] = None
    return [child for child in found if not cut.owns(name, kind, child)]


def _sdl(name: str, cut: Cut) -> str:
    lines = [LINK, "union Any = Ant | Bee | Cow", _being(name, cut)]
    spot = [f"{child}: String" for child in ("lat", "lon") if cut.owns(name, "Spot", child)]
    if spot:
        lines.append(f"type Spot @shareable {{ {' '.join(spot)} }}")
    root = [f"{child}: {_root_type(child)} @shareable" for child, by in cut.entry.items() if name in by]
    if root:
        lines.append(f"type Query {{ {' '.join(root)} }}")
    lines.extend(_type_sdl(name, kind, cut) for kind in TYPES)
    return "\n".join(lines)


def _being(name: str, cut: Cut) -> str:
    by_id = all(cut.keys[kind, name] != "no" for kind in TYPES)
    if name == cut.home and cut.moods:
        return 'interface Being @key(fields: "id") { id: ID! }'
    return f"interface Being {{ {'id: ID!' if by_id else 'p: String'} }}"


def _type_sdl(name: str, kind: str, cut: Cut) -> str:
    fields = _key_fields(cut.keys[kind, name])
    external = _external(name, kind, cut)
    if "p: String }" in _being(name, cut) and not cut.owns(name, kind, "p") and "p" not in external:
        external.append("p")
    for child in (*LEAVES, *LINKS, "size", "spot", "sum", "far", "fit", "fat", "sum2"):
        text = _field_sdl(name, kind, child, cut, external)
        if text:
            fields.append(text)
    keys = {
        "id": '@key(fields: "id")',
        "no": '@key(fields: "no")',
        "both": '@key(fields: "id") @key(fields: "no")',
        "half": '@key(fields: "no") @key(fields: "id", resolvable: false)',
    }[cut.keys[kind, name]]
    return f"type {kind} implements Being {keys} {{ {' '.join(fields)} }}"


def _key_fields(key: str) -> list[str]:
    return {"id": ["id: ID!"], "no": ["no: Int!"]}.get(key, ["id: ID!", "no: Int!"])


def _field_sdl(name: str, kind: str, child: str, cut: Cut, external: list[str]) -> str:
    text = _declared(kind, child, cut)
    if cut.owns(name, kind, child):
        if (kind, child) in cut.requires:
            escaped = cut.requires[kind, child].replace('"', '\\"')
            return f'{text} @requires(fields: "{escaped}")'
        taken_from = cut.overridden.get((kind, child))
        if taken_from is not None:
            return f'{text} @shareable @override(from: "{taken_from}")'
        return f"{text} @shareable{_provides_sdl(name, kind, child, cut)}"
    if cut.overridden.get((kind, child)) == name:
        return text
    return f"{text} @external" if child in external else ""


def _provides_sdl(name: str, kind: str, link: str, cut: Cut) -> str:
    leaf = cut.provides.get((name, kind, link))
    if leaf is None:
        return ""
    if link in ("one", "many"):
        return f' @provides(fields: "{leaf}")'
    return f' @provides(fields: "{" ".join(f"... on {each} {{ {leaf} }}" for each in TYPES)}")'


def _declared(kind: str, child: str, cut: Cut) -> str:
    if child in LINKS:
        return f"{child}: {LINKS[child].format(cut.target[kind])}"
    return {"size": "size(unit: String!): String", "spot": "spot: Spot"}.get(child, f"{child}: String")


def _moods_sdl() -> str:
    being = 'type Being @key(fields: "id") @interfaceObject { id: ID! mood: String }'
    return f"{LINK}{being} type Query {{ beings: [Being!] }}"


def _root_type(child: str) -> str:
    return {"one": "Ant", "many": "[Bee!]!", "any": "Any", "being": "Being"}[child]


def _merged(cut: Cut) -> GraphQLSchema:
    by_p = any("p: String }" in _being(name, cut) for name in cut.names)
    by_id = any("id: ID!" in _being(name, cut) for name in cut.names)
    being = (
        f"{'id: ID!' if by_id else ''} {'p: String' if by_p else ''} {'mood: String' if cut.moods else ''}"
    )
    root = " ".join(f"{child}: {_root_type(child)}" for child in ("one", "many", "any", "being"))
    lines = [
        "union Any = Ant | Bee | Cow type Spot { lat: String lon: String }",
        f"interface Being {{ {being} }}",
        f"type Query {{ {root} {'beings: [Being!]' if cut.moods else ''} }}",
    ]
    for kind in TYPES:
        children = [*LEAVES, *LINKS, "size", "spot", *(c for k, c in cut.requires if k == kind)]
        fields = " ".join(_declared(kind, child, cut) for child in children)
        mood = "mood: String" if cut.moods else ""
        lines.append(f"type {kind} implements Being {{ id: ID! no: Int! {mood} {fields} }}")
    schema = build_schema("\n".join(lines))
    for (kind, child), needs in cut.requires.items():
        _resolve(schema, kind, child, _whole(kind, child, needs, cut))
    for kind in TYPES:
        _resolve(schema, kind, "size", _size)
    return schema


def _resolve(schema: GraphQLSchema, kind: str, child: str, resolve: Resolve) -> None:
    schema.type_map[kind].fields[child].resolve = resolve  # type: ignore[attr-defined]


def _whole(kind: str, child: str, needs: str, cut: Cut) -> Resolve:
    """The computed field where everything is in one place."""

    def given(source: Object) -> Object:
        if child in ("fit", "fat"):
            return {"size": _size(source, None, needs.partition('"')[2].partition('"')[0])}
        if child == "sum2":
            return {"sum": _whole(kind, "sum", cut.requires[kind, "sum"], cut)(source, None)}
        return source

    return _computed(child, needs, given)


# -- operations


def operation_of(dice: Random, world: World, depth: int) -> str:
    """A valid query on the world's graph, with aliases, fragments on types, and conditions on ``$on``."""
    body = _Writer(dice, world.merged).selection("Query", depth)
    return f"query ($on: Boolean!) {{ on: __typename @include(if: $on) ... on Query {body} }}"


class _Writer:
    def __init__(self, dice: Random, schema: GraphQLSchema) -> None:
        self._dice = dice
        self._schema = schema
        self._aliases = 0

    def selection(self, kind: str, depth: int) -> str:
        dice = self._dice
        parts = [self._field(kind, depth) for _ in range(dice.randint(1, 3))]
        if is_abstract_type(self._schema.type_map[kind]):
            for on in dice.sample((*TYPES, "Being"), dice.randint(0, 3)):
                parts.append(f"... on {on}{self._condition()} {self.selection(on, depth - 1)}")
        return "{ " + " ".join(parts) + " }"

    def _field(self, kind: str, depth: int) -> str:
        dice = self._dice
        fields = getattr(self._schema.type_map[kind], "fields", {})
        leaves = [name for name, each in fields.items() if not is_composite_type(named(each.type))]
        links = [name for name, each in fields.items() if is_composite_type(named(each.type))]
        if kind != "Query":
            leaves.append("__typename")
        name = dice.choice((leaves + links if depth > 0 else leaves) or links)
        if name not in links:
            alias = "" if name != "size" and dice.random() < 0.5 else self._alias()
            arguments = f'(unit: "{dice.choice(("cm", "in", "mm"))}")' if name == "size" else ""
            return f"{alias}{name}{arguments}{self._condition()}"
        inner = self.selection(named(fields[name].type).name, depth - 1)
        return f"{self._alias()}{name}{self._condition()} {inner}"

    def _alias(self) -> str:
        self._aliases += 1
        return f"a{self._aliases}: "

    def _condition(self) -> str:
        return self._dice.choice(["", "", "", "", " @include(if: $on)", " @skip(if: $on)"])
