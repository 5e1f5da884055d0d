"""The plan: frozen nodes that say which subgraph is visited when, for what, with which entities. It runs
nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from textwrap import indent
from typing import TYPE_CHECKING, Protocol, TypeAlias

from graphql import OperationType, SelectionSetNode, TypeNode, print_ast

from federation.fieldsets import Need, field_set_text
from federation.planning.defers import Within
from federation.planning.draft import QUERY, Filled, Path, ValueSource
from federation.planning.operation import ALWAYS, Conditions

if TYPE_CHECKING:
    from federation.planning.defer_tree import Defer

JsonObject = dict[str, object]


@dataclass(frozen=True, slots=True)
class Input:
    """Objects of type ``of`` at ``path``, as entities of ``type``: the same, or an interface that the subgraph
    knows as an object. Without all of ``keys`` an entity is not asked for; ``reasons``: see ``Fetch``. ``filled``: what
    each takes from above; entities for which that differs are asked for apart."""

    path: Path
    type: str
    of: str
    keys: tuple[Need, ...]
    requires: tuple[Need, ...]
    reasons: tuple[Conditions, ...]
    filled: tuple[Filled, ...] = ()


@dataclass(frozen=True, slots=True)
class Fetch:
    """One question to one subgraph; with several ``inputs`` at different paths it prints as BatchFetch.

    Fetches of one ``batch`` travel in one request where the subgraph can take it. It runs only if all of
    ``conditions`` hold and, for one of ``inputs``, one of its ``reasons``.
    """

    number: int
    subgraph: str
    kind: OperationType
    selection: SelectionSetNode
    inputs: tuple[Input, ...]
    variables: tuple[tuple[str, TypeNode], ...]
    conditions: Conditions
    depends: tuple[int, ...]
    act: int
    batch: int
    defer: Within = None
    """The deferred fragment that it is for; None: it gives the first part."""

    @property
    def is_root(self) -> bool:
        return not self.inputs[0].path

    @property
    def is_rooted(self) -> bool:
        """It asks the query root, for objects at a path that are the query root again."""
        return not self.is_root and self.inputs[0].type == QUERY

    @property
    def paths(self) -> tuple[str, ...]:
        """Where the entities are, type conditions on the last segment left out."""
        return tuple(dict.fromkeys(path_text(_place(i.path)) for i in self.inputs))

    @property
    def entity_types(self) -> tuple[str, ...]:
        return () if self.is_root or self.is_rooted else tuple(sorted({i.type for i in self.inputs}))

    def text(self) -> str:
        kind = "BatchFetch" if len(self.paths) > 1 else "Fetch"
        if self.is_root or self.is_rooted:
            head = f"{kind} {self.subgraph}"
        else:
            by = dict.fromkeys(f"{i.type}({field_set_text(i.keys + i.requires)})" for i in self.inputs)
            head = " ".join((f"{kind} {self.subgraph} by", *by, *_filled_text(self.inputs)))
        return f"{head} {print_ast(self.selection)}"

    def to_json(self) -> JsonObject:
        found: JsonObject = {
            "kind": "BatchFetch" if len(self.paths) > 1 else "Fetch",
            "subgraph": self.subgraph,
            "operation": self.kind.value,
            "selection": print_ast(self.selection),
            "variables": [name for name, _ in self.variables],
        }
        if not (self.is_root or self.is_rooted):
            found["representations"] = [
                {
                    "type": i.type,
                    "path": path_text(i.path),
                    "key": field_set_text(i.keys),
                    "requires": field_set_text(i.requires),
                    **({"contexts": list(map(_filled_json, i.filled))} if i.filled else {}),
                }
                for i in self.inputs
            ]
        return found


@dataclass(frozen=True, slots=True)
class Sequence:
    """One after the other."""

    nodes: tuple[PlanNode, ...]

    def text(self) -> str:
        return block_text("Sequence", self.nodes)

    def to_json(self) -> JsonObject:
        return {"kind": "Sequence", "nodes": [n.to_json() for n in self.nodes]}


@dataclass(frozen=True, slots=True)
class Parallel:
    """Side by side."""

    nodes: tuple[PlanNode, ...]

    def text(self) -> str:
        return block_text("Parallel", self.nodes)

    def to_json(self) -> JsonObject:
        return {"kind": "Parallel", "nodes": [n.to_json() for n in self.nodes]}


@dataclass(frozen=True, slots=True)
class OneRequest:
    """Different questions about entities to one subgraph, side by side in one document."""

    nodes: tuple[PlanNode, ...]

    def text(self) -> str:
        return block_text("OneRequest", self.nodes)

    def to_json(self) -> JsonObject:
        return {"kind": "OneRequest", "nodes": [n.to_json() for n in self.nodes]}


@dataclass(frozen=True, slots=True)
class Flatten:
    """The node's entities are at these paths, and its answer goes back there."""

    paths: tuple[str, ...]
    node: PlanNode

    def text(self) -> str:
        return block_text(f"Flatten {', '.join(self.paths)}", (self.node,))

    def to_json(self) -> JsonObject:
        return {"kind": "Flatten", "path": ", ".join(self.paths), "node": self.node.to_json()}


@dataclass(frozen=True, slots=True)
class Condition:
    """The node runs only if all of these variables have these values."""

    conditions: Conditions
    node: PlanNode

    def text(self) -> str:
        said = ", ".join(
            f"{'Include' if wanted else 'Skip'} if ${name}" for name, wanted in sorted(self.conditions)
        )
        return block_text(said, (self.node,))

    def to_json(self) -> JsonObject:
        return {
            "kind": "Condition",
            "if": [{"variable": name, "equals": wanted} for name, wanted in sorted(self.conditions)],
            "node": self.node.to_json(),
        }


@dataclass(frozen=True, slots=True)
class Subscription:
    """``primary`` is asked once and gives events; ``rest``, if anything, runs for each of them."""

    primary: PlanNode
    rest: PlanNode | None

    def text(self) -> str:
        return block_text(
            "Subscription", (self.primary, self.rest) if self.rest is not None else (self.primary,)
        )

    def to_json(self) -> JsonObject:
        return {
            "kind": "Subscription",
            "primary": self.primary.to_json(),
            "rest": self.rest.to_json() if self.rest is not None else None,
        }


PlanNode: TypeAlias = "Fetch | Sequence | Parallel | OneRequest | Flatten | Condition | Subscription | Defer"


@dataclass(frozen=True, slots=True)
class Plan:
    """All fetches of an operation in an order in which they can run, and the same as a tree for readers.

    ``node`` is None where nothing needs fetching (``{ __typename }``).
    """

    steps: tuple[Fetch, ...]
    node: PlanNode | None
    waves: int

    @property
    def fetches(self) -> int:
        """How many requests, if no condition leaves one out and every subgraph takes batches."""
        return len({step.batch for step in self.steps})

    def text(self) -> str:
        """Stable and readable; tests assert it."""
        return block_text("Plan", (self.node,) if self.node is not None else ())

    def to_json(self) -> JsonObject | None:
        """The tree as JSON objects with a ``kind`` each."""
        return self.node.to_json() if self.node is not None else None


def build_tree(steps: tuple[Fetch, ...]) -> tuple[PlanNode | None, int]:
    """The fetches by act and wave, and the number of waves. What others depend on may have run before."""
    waves: dict[tuple[int, int], dict[int, list[PlanNode]]] = {}
    wave_of: dict[int, int] = {}
    for step in steps:
        wave_of[step.number] = 1 + max((wave_of.get(d, -1) for d in step.depends), default=-1)
        wave = waves.setdefault((step.act, wave_of[step.number]), {})
        wave.setdefault(step.batch, []).append(_dressed(step))
    nodes = [_group(Parallel, [_group(OneRequest, b) for b in waves[at].values()]) for at in sorted(waves)]
    if nodes and steps[0].kind is OperationType.SUBSCRIPTION:
        rest = _group(Sequence, nodes[1:]) if nodes[1:] else None
        return Subscription(nodes[0], rest), len(nodes)
    return (_group(Sequence, nodes) if nodes else None), len(nodes)


def path_text(path: Path) -> str:
    """``me.pets.@|[Dog].owner``."""
    found = ""
    for segment in path:
        if isinstance(segment, frozenset):
            found += f"|[{', '.join(sorted(segment))}]"
        else:
            found += f".{segment}" if found else segment
    return found


def _place(path: Path) -> Path:
    return path[:-1] if path and isinstance(path[-1], frozenset) else path


def _filled_text(inputs: Iterable[Input]) -> Iterator[str]:
    """``with $variable from users.@ { currency }`` for each variable."""
    taken: dict[str, dict[str, None]] = {}
    for filled in (each for given in inputs for each in given.filled):
        for source in filled.sources:
            named = f"{{ {field_set_text(source.needs)} }}" if source.needs else "null"
            taken.setdefault(filled.variable, {})[f"{_source_text(source)} {named}"] = None
    for variable, places in taken.items():
        yield f"with ${variable} from {' or '.join(places)}"


def _filled_json(filled: Filled) -> JsonObject:
    return {
        "variable": filled.variable,
        "type": filled.type,
        "from": [
            {"path": _source_text(each), "selection": field_set_text(each.needs)} for each in filled.sources
        ],
    }


def _source_text(source: ValueSource) -> str:
    path = (*source.path, frozenset(source.types)) if source.types else source.path
    return path_text(path) or source.of


def _dressed(step: Fetch) -> PlanNode:
    node: PlanNode = step if step.is_root else Flatten(step.paths, step)
    return Condition(step.conditions, node) if step.conditions != ALWAYS else node


def _group(kind: type[Sequence] | type[Parallel] | type[OneRequest], nodes: list[PlanNode]) -> PlanNode:
    return nodes[0] if len(nodes) == 1 else kind(tuple(nodes))


class _Readable(Protocol):
    def text(self) -> str: ...


def block_text(head: str, nodes: Iterable[_Readable]) -> str:
    """The head, and the nodes indented in braces."""
    inner = "\n".join(_lines(nodes))
    return f"{head} {{\n{inner}\n}}" if inner else f"{head} {{}}"


def _lines(nodes: Iterable[_Readable]) -> Iterator[str]:
    for node in nodes:
        yield indent(node.text(), "  ")
