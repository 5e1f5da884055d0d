"""What cases are made of: how many waves their plans have, and which features of federation and of GraphQL they touch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache

from graphql import (
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    InlineFragmentNode,
    Node,
    ObjectValueNode,
    VariableDefinitionNode,
    print_ast,
)

from federation import CompiledOperation
from tests.federation.worlds.declared import DeclaredField, DeclaredType
from tests.federation.worlds.facts import MISSES
from tests.federation.worlds.world import Case

Found = tuple[DeclaredType, DeclaredField]


class Histogram:
    """Counts over many cases."""

    def __init__(self) -> None:
        self.total = 0
        self.waves: Counter[int] = Counter()
        self.features: Counter[str] = Counter(dict.fromkeys(FEATURES, 0))

    def add(self, case: Case, ready: CompiledOperation) -> None:
        self.total += 1
        self.waves[ready.plan.waves] += 1
        self.features.update(features_of(case, ready))

    def update(self, other: Histogram) -> None:
        self.total += other.total
        self.waves.update(other.waves)
        self.features.update(other.features)

    def share_of_waves(self, least: int) -> float:
        return sum(n for waves, n in self.waves.items() if waves >= least) / max(1, self.total)

    def __str__(self) -> str:
        waves = [_line(f"{n} waves", count, self.total) for n, count in sorted(self.waves.items())]
        features = [_line(name, count, self.total) for name, count in self.features.most_common()]
        return "\n".join((*waves, "", *features))


def _line(name: str, count: int, total: int) -> str:
    share = 100 * count / max(1, total)
    return f"{name:>32}: {count:6} {share:5.1f} % {'#' * round(share / 2)}"


def features_of(case: Case, ready: CompiledOperation) -> set[str]:
    """Names of ``FEATURES``."""
    found: set[str] = set()
    asked = {step.subgraph for step in ready.plan.steps}
    for kind, child in _touched(case, ready):
        found |= _of_field(kind, child)
    entered = [i for step in ready.plan.steps for i in step.inputs if not step.is_root]
    for name, fits in OF_KEYS.items():
        if any(fits(" ".join(map(str, i.keys))) for i in entered):
            found.add(name)
    nodes = list(_nodes(case.document))
    for name, is_one in OF_OPERATIONS.items():
        if any(map(is_one, nodes)):
            found.add(name)
    if len({n.arguments[0].value.name.value for n in nodes if _is_condition(n)}) > 1:  # type: ignore[attr-defined]
        found.add("several condition variables")
    for name, applies in OF_SUBGRAPHS.items():
        if any(applies(case, subgraph) for subgraph in asked):
            found.add(name)
    return found


@lru_cache(maxsize=500)
def _of_field(kind: DeclaredType, child: DeclaredField) -> frozenset[str]:
    return frozenset(name for name, holds in OF_FIELDS.items() if holds(kind, child))


def _touched(case: Case, ready: CompiledOperation) -> Iterator[Found]:
    """The fields of the operation as each subgraph declares them, those of interface objects included."""
    for coordinate in ready.coordinates:
        type_name, _, name = coordinate.partition(".")
        for types in case.world.declared.values():
            for known_as in (type_name, *case.world.facts.merger.interfaces(type_name)):
                kind = types.get(known_as)
                if (
                    kind is not None
                    and name in kind.fields
                    and (known_as == type_name or kind.interface_object)
                ):
                    yield kind, kind.fields[name]


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for key in node.keys:
        value = getattr(node, key, None)
        for each in value if isinstance(value, tuple | list) else (value,):
            if isinstance(each, Node):
                yield from _nodes(each)


def _is_condition(node: Node) -> bool:
    return (
        isinstance(node, DirectiveNode)
        and node.name.value in ("skip", "include")
        and node.arguments[0].value.kind == "variable"
    )


def _text(node: object) -> str:
    return print_ast(node) if isinstance(node, Node) else ""


def _takes(child: DeclaredField, fits: Callable[[str], bool]) -> bool:
    return any(fits(print_ast(each.chosen)) for each in child.contextual.values())


OF_FIELDS: dict[str, Callable[[DeclaredType, DeclaredField], bool]] = {
    "requires": lambda _, f: f.requires is not None,
    "requires through a link": lambda _, f: (
        "{" in _text(f.requires)[1:] and "... on" not in _text(f.requires)
    ),
    "requires with arguments": lambda _, f: "(" in _text(f.requires),
    "requires with fragments": lambda _, f: "... on" in _text(f.requires),
    "requires on an interface object": lambda t, f: t.interface_object and f.requires is not None,
    "provides": lambda _, f: f.provides is not None,
    "provides on an abstract type": lambda _, f: "... on" in _text(f.provides),
    "provides two links deep": lambda _, f: (
        _text(f.provides).count("{") > 1 and "... on" not in _text(f.provides)
    ),
    "override": lambda _, f: bool(f.override_from and not f.label),
    "override with a label": lambda _, f: bool(f.label),
    "field of an interface object": lambda t, _: t.interface_object,
    "value type": lambda _, f: f.named in ("Spot", "Core"),
    "union": lambda _, f: f.named == "Any",
    "interface": lambda _, f: f.named == "Being",
    "enum": lambda _, f: f.named in ("Mood", "Colour"),
    "custom scalar": lambda _, f: f.named == "Json",
    "list of lists": lambda _, f: "[[" in _text(f.node.type),
    "context": lambda _, f: bool(f.contextual),
    "context with a requirement": lambda _, f: bool(f.contextual) and f.requires is not None,
    "context through a link": lambda _, f: _takes(f, lambda text: text.count("{") > text.count("... on") + 1),
    "context of the root": lambda _, f: _takes(f, lambda text: "on Query" in text),
    "several contexts": lambda _, f: len({each.context for each in f.contextual.values()}) > 1,
    "clashing namesakes": lambda _, f: f.node.name.value == "clash",
}
OF_KEYS: dict[str, Callable[[str], bool]] = {
    "one-field key": lambda key: " " not in key,
    "composite key": lambda key: "code" in key,
    "nested key": lambda key: "{" in key,
    "inaccessible key": lambda key: key == "hid",
    "nullable key": lambda key: key == "badge",
}
OF_OPERATIONS: dict[str, Callable[[Node], bool]] = {
    "alias": lambda n: isinstance(n, FieldNode) and n.alias is not None,
    "arguments": lambda n: isinstance(n, FieldNode) and bool(n.arguments),
    "input object": lambda n: isinstance(n, ObjectValueNode),
    "variable with a default": lambda n: (
        isinstance(n, VariableDefinitionNode) and n.default_value is not None
    ),
    "variable of an input object": lambda n: isinstance(n, VariableDefinitionNode) and "Box" in _text(n.type),
    "skip or include by variable": _is_condition,
    "fragment on an abstract type": lambda n: (
        isinstance(n, InlineFragmentNode)
        and n.type_condition is not None
        and n.type_condition.name.value in ("Being", "Any")
    ),
    "named fragment": lambda n: isinstance(n, FragmentDefinitionNode),
    "__typename": lambda n: isinstance(n, FieldNode) and n.name.value == "__typename",
    "__type beside fields": lambda n: isinstance(n, FieldNode) and n.name.value == "__type",
    "mutation": lambda n: getattr(n, "operation", None) is not None and n.operation.value == "mutation",  # type: ignore[attr-defined]
}
OF_SUBGRAPHS: dict[str, Callable[[Case, str], bool]] = {
    "Federation v1": lambda case, name: "@link" not in case.world.sdls[name],
    "renamed root types": lambda case, name: (
        "schema @link" in case.world.sdls[name].replace("extend schema", "")
    ),
    "missing entities": lambda case, name: f'"{MISSES}' in case.world.sdls[name],
    "union of fewer members": lambda case, name: (
        "Any" in case.world.declared[name] and len(case.world.declared[name]["Any"].members) == 2
    ),
    "entity interface": lambda case, name: any(
        kind.kind == "interface" and kind.keys for kind in case.world.declared[name].values()
    ),
}
FEATURES = (*OF_FIELDS, *OF_KEYS, *OF_OPERATIONS, *OF_SUBGRAPHS, "several condition variables")
