"""A property: whatever the tree and the query, every contextual argument holds what the nearest object above gives, as one
finds it by walking the tree; also where fragments are deferred."""

from __future__ import annotations

import random
from typing import Any

import pytest
from graphql import FieldNode, InlineFragmentNode, SelectionSetNode, parse

from federation import FetchContext, compile_operation, compose, execute, validate
from tests.federation.answers_in_parts import all_parts, errors_of, merged
from tests.federation.contexts import CONTEXT_LINK
from tests.federation.in_memory import InMemorySubgraph

TREE = """type Query @context(name: "c") { mark: String top: Node all: [Node] }
interface Node { name: String left: Node rest: [Node] leaf: Leaf }
type Setter implements Node @key(fields: "id") @context(name: "c") {
  id: ID! name: String left: Node rest: [Node] leaf: Leaf tag: String @external }
type Plain implements Node { name: String left: Node rest: [Node] leaf: Leaf }
type Leaf @key(fields: "id") { id: ID!
  value(a: String @fromContext(field: "$c ... on Setter { tag } ... on Query { mark }"), n: Int): String
  grown(a: String @fromContext(field: "$c ... on Setter { tag } ... on Query { mark }")): Node }"""
TAGS = 'type Query { none: Int } type Setter @key(fields: "id") { id: ID! tag: String }'


SUPERGRAPH = compose({"tree": CONTEXT_LINK + TREE, "tags": CONTEXT_LINK + TAGS})


class Forest:
    """A random tree with its tags."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.tags: dict[str, str | None] = {}
        self.leaves: dict[str, Any] = {}
        self.setters: dict[str, Any] = {}
        self.root = {
            "mark": "root",
            "top": self.node(4),
            "all": [self.node(3) for _ in range(self.dice.randint(0, 3))],
        }

    def node(self, depth: int) -> dict[str, Any] | None:
        if depth == 0 or self.dice.random() < 0.1:
            return None
        found: dict[str, Any] = {"name": self.dice.choice("xyz"), "left": self.node(depth - 1)}
        found["rest"] = [self.node(depth - 1) for _ in range(self.dice.randint(0, 2))]
        found["leaf"] = self.leaf(depth)
        found["__typename"] = self.dice.choice(["Setter", "Plain"])
        if found["__typename"] == "Setter":
            found["id"] = str(self.dice.randint(0, 5))
            self.tags.setdefault(found["id"], self.dice.choice(["red", "blue", None]))
            return self.setters.setdefault(found["id"], found)
        return found

    def entity(self, given: Any) -> Any:
        return self.setters[given["id"]] if given["__typename"] == "Setter" else given

    def leaf(self, depth: int) -> dict[str, Any] | None:
        if self.dice.random() < 0.1:
            return None
        name = str(self.dice.randint(0, 3))
        if name not in self.leaves:
            self.leaves[name] = {"id": name, "grown": None}
            self.leaves[name]["grown"] = self.node(min(2, depth - 1))
        return {"id": name}


def query(dice: random.Random, depth: int, deferred: float = 0) -> str:
    """A selection of a node; ``deferred``: how likely its parts are deferred."""
    parts = [
        dice.choice(
            ["name", "leaf { value }", "leaf { id one: value(n: 1) }", "leaf { two: value(n: 2) value }"]
        )
    ]
    if depth:
        inner = query(dice, depth - 1, deferred)
        parts.append(
            dice.choice([f"left {{ {inner} }}", f"rest {{ {inner} }}", f"leaf {{ grown {{ {inner} }} }}"])
        )
        if dice.random() < 0.5:
            parts.append(
                f"... on {dice.choice(['Setter', 'Plain'])} {{ left {{ {query(dice, depth - 1, deferred)} }} }}"
            )
    return " ".join(f"... @defer {{ {part} }}" if dice.random() < deferred else part for part in parts)


def expected(forest: Forest, chosen: SelectionSetNode, value: Any, nearest: Any) -> Any:
    """The answer by walking the tree; ``nearest`` is what contexts give above the value."""
    if isinstance(value, list):
        return [expected(forest, chosen, each, nearest) for each in value]
    if value is None:
        return None
    kind = value.get("__typename")
    within = forest.tags[value["id"]] if kind == "Setter" else nearest
    found: dict[str, Any] = {}
    for node in chosen.selections:
        if isinstance(node, InlineFragmentNode):
            if node.type_condition is None or node.type_condition.name.value == kind:
                _merge(found, expected(forest, node.selection_set, value, nearest))
            continue
        assert isinstance(node, FieldNode)
        name, key = node.name.value, node.alias.value if node.alias else node.name.value
        if name == "value":
            said = "".join(f" n={a.value.value}" for a in node.arguments)  # type: ignore[attr-defined]
            _merge(found, {key: f"{value['id']} a={nearest}{said}"})
        elif node.selection_set is None:
            _merge(found, {key: value[name]})
        else:
            child = forest.leaves[value["id"]]["grown"] if name == "grown" else value[name]
            _merge(found, {key: expected(forest, node.selection_set, child, within)})
    return found


def _merge(into: Any, more: Any) -> None:
    for key, value in more.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        elif isinstance(value, list) and isinstance(into.get(key), list):
            for mine, theirs in zip(into[key], value, strict=True):
                if mine is not None and theirs is not None:
                    _merge(mine, theirs)
        else:
            into[key] = value


def served(dice: random.Random, forest: Forest) -> dict[str, InMemorySubgraph]:
    def value(leaf: Any, _info: Any, **given: Any) -> str:
        return " ".join([leaf["id"], *(f"{name}={given[name]}" for name in sorted(given))])

    leaf = {"value": value, "grown": lambda leaf, _info, a: forest.leaves[leaf["id"]]["grown"]}
    subgraphs = {
        "tree": InMemorySubgraph("tree", CONTEXT_LINK + TREE, {"Leaf": leaf}, forest.entity, forest.root),
        "tags": InMemorySubgraph(
            "tags", CONTEXT_LINK + TAGS, entities=lambda given: {**given, "tag": forest.tags[given["id"]]}
        ),
    }
    subgraphs["tree"].takes_batches = dice.random() < 0.8
    return subgraphs


@pytest.mark.parametrize("seed", range(24))
async def test_the_value_is_what_the_nearest_above_gives(seed: int) -> None:
    dice = random.Random(seed)
    forest = Forest(dice)
    subgraphs = served(dice, forest)
    document = parse(f"{{ top {{ {query(dice, 3)} }} all {{ {query(dice, 2)} }} }}")
    assert not validate(SUPERGRAPH.api_schema, document)
    compiled = compile_operation(SUPERGRAPH, subgraphs, document)
    result = await execute(compiled, {}, FetchContext())
    assert not result.errors
    operation: Any = document.definitions[0]
    assert result.data == expected(forest, operation.selection_set, forest.root, "root")


@pytest.mark.parametrize("seed", range(24))
async def test_the_value_is_the_same_where_fragments_are_deferred(seed: int) -> None:
    dice = random.Random(1000 + seed)
    forest = Forest(dice)
    subgraphs = served(dice, forest)
    both = query(dice, 3, 0.4), query(dice, 2, 0.4)
    document = parse(f"{{ ... @defer {{ top {{ {both[0]} }} }} all {{ {both[1]} }} }}")
    assert not validate(SUPERGRAPH.api_schema, document)
    compiled = compile_operation(SUPERGRAPH, subgraphs, document, deferring=frozenset())
    first, parts = await all_parts(compiled)
    assert parts
    assert not errors_of(first, parts)
    operation: Any = document.definitions[0]
    assert merged(first, parts) == expected(forest, operation.selection_set, forest.root, "root")
