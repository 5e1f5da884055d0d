"""From a planned fetch in the graph's words to a document in the backend's, and back: compiled once per
operation.

Response keys stay as they are: a renamed field is asked for under an alias.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    ArgumentNode,
    FieldNode,
    InlineFragmentNode,
    NameNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    TypeNode,
    ValueNode,
    VariableDefinitionNode,
    VariableNode,
    parse_type,
    print_ast,
)

from connectors.graphql_http.documents import name_node, named, renamed_type, type_name
from connectors.graphql_http.names import Convert, Names
from federation.subgraph import PlannedFetch

Json = Any
Fix = Callable[[Json], Json]

ENTITIES = "_entities"
NUMBER_KEY = "_tongbanNumber"
"""The response key under which a transaction's number is asked for if the client didn't."""

_ROOT_TYPES = {
    OperationType.QUERY: "Query",
    OperationType.MUTATION: "Mutation",
    OperationType.SUBSCRIPTION: "Subscription",
}


@dataclass(frozen=True, slots=True)
class NumberAt:
    """Where a mutation's answer carries the department's number; ``extra``: only we asked for it."""

    response_key: str
    field: str
    key: str
    extra: bool


@dataclass(frozen=True, slots=True)
class Asking:
    """A document, ready to send. ``fixes``: response key → what puts the answer's value into the graph's
    words.
    """

    document: str
    operation_name: str | None
    representations: str | None
    conversions: Mapping[str, Convert | None]
    fix: Fix | None
    response_keys: tuple[str, ...]
    numbers: tuple[NumberAt, ...]


def compile_asking(fetch: PlannedFetch, names: Names, numbered: frozenset[str] = frozenset()) -> Asking:
    """``numbered``: mutation fields (graph's names) whose number must come back."""
    compiling = _Compiling(names)
    root = _ROOT_TYPES[fetch.kind]
    numbers: list[NumberAt] = []
    if fetch.entity_types:
        selection, fix = compiling.selection(fetch.selection, "_Entity")
        held = {name for name, _ in fetch.variables}
        variable = "representations" if "representations" not in held else "_representations"
        selection = entities_field(selection, variable)
    else:
        planned = fetch.selection
        if fetch.kind is OperationType.MUTATION:
            planned, numbers = _with_numbers(planned, names, numbered)
        selection, fix = compiling.selection(planned, root)
        variable = None
    definitions = [
        variable_definition(name, renamed_type(type_, names.types), _default(fetch, name, type_, names))
        for name, type_ in fetch.variables
    ]
    if variable is not None:
        definitions.insert(0, variable_definition(variable, parse_type("[_Any!]!", no_location=True)))
    operation = OperationDefinitionNode(
        operation=fetch.kind if not fetch.entity_types else OperationType.QUERY,
        name=NameNode(value=fetch.operation_name) if fetch.operation_name else None,
        variable_definitions=tuple(definitions),
        directives=(),
        selection_set=selection,
    )
    keys = tuple(_key(node) for node in fetch.selection.selections if isinstance(node, FieldNode))
    conversions = {name: names.conversion(type_) for name, type_ in fetch.variables}
    return Asking(
        print_ast(operation), fetch.operation_name, variable, conversions, fix, keys, tuple(numbers)
    )


class _Compiling:
    def __init__(self, names: Names) -> None:
        self._names = names

    def selection(self, selection: SelectionSetNode, type_: str) -> tuple[SelectionSetNode, Fix | None]:
        """The backend's selection, and what mends its answer (None: nothing to mend)."""
        fixes: dict[str, list[Fix]] = {}
        found = self._collect(selection, type_, fixes)
        if not found:
            found = [FieldNode(name=name_node("__typename"), arguments=(), directives=())]
        return SelectionSetNode(selections=tuple(found)), _members(fixes)

    def _collect(self, selection: SelectionSetNode, type_: str, fixes: dict[str, list[Fix]]) -> list[Any]:
        found: list[Any] = []
        for node in selection.selections:
            if isinstance(node, InlineFragmentNode):
                condition = node.type_condition
                inner = self._collect(
                    node.selection_set, condition.name.value if condition is not None else type_, fixes
                )
                if not inner:
                    continue
                changes: dict[str, Any] = {"selection_set": SelectionSetNode(selections=tuple(inner))}
                if condition is not None:
                    changes["type_condition"] = renamed_type(condition, self._names.types)
                found.append(named(node, **changes))
            elif isinstance(node, FieldNode):
                asked = self._field(node, type_, fixes)
                if asked is not None:
                    found.append(asked)
        return found

    def _field(self, node: FieldNode, type_: str, fixes: dict[str, list[Fix]]) -> FieldNode | None:
        name, key = node.name.value, _key(node)
        if name == "__typename":
            forward = {old: new for old, new in self._names.graph_types.items() if old != new}
            if forward:
                fixes.setdefault(key, []).append(_looked_up(forward))
            return node
        facts = self._names.field(type_, name)
        if facts is None:
            return None  # the backend doesn't have it: ``matter``, which the gateway fills
        changes: dict[str, Any] = {
            "name": name_node(facts.backend),
            "arguments": tuple(self._names.argument(argument, facts) for argument in node.arguments or ()),
        }
        if key != facts.backend:
            changes["alias"] = name_node(key)
        inner_type = type_name(facts.type)
        if node.selection_set is not None:
            changes["selection_set"], fix = self.selection(node.selection_set, inner_type)
            if fix is not None:
                fixes.setdefault(key, []).append(fix)
        else:
            values = self._names.graph_values(inner_type)
            if values is not None:
                fixes.setdefault(key, []).append(_looked_up(values))
        return named(node, **changes)


def _looked_up(names: Mapping[str, str]) -> Fix:
    def fix(value: Json) -> Json:
        if isinstance(value, list):
            return [fix(item) for item in value]
        return names.get(value, value) if isinstance(value, str) else value

    return fix


def _members(fixes: Mapping[str, list[Fix]]) -> Fix | None:
    if not fixes:
        return None

    def fix(value: Json) -> Json:
        if isinstance(value, list):
            return [fix(item) for item in value]
        if isinstance(value, dict):
            for key, each in fixes.items():
                if value.get(key) is not None:
                    for one in each:
                        value[key] = one(value[key])
        return value

    return fix


def entities_field(selection: SelectionSetNode, variable: str) -> SelectionSetNode:
    """``{ _entities(representations: $variable) { … } }``."""
    argument = ArgumentNode(name=name_node("representations"), value=VariableNode(name=name_node(variable)))
    field = FieldNode(name=name_node(ENTITIES), arguments=(argument,), directives=(), selection_set=selection)
    return SelectionSetNode(selections=(field,))


def _with_numbers(
    selection: SelectionSetNode, names: Names, numbered: frozenset[str]
) -> tuple[SelectionSetNode, list[NumberAt]]:
    numbers: list[NumberAt] = []
    found: list[Any] = []
    for node in selection.selections:
        if isinstance(node, FieldNode) and node.name.value in numbered and node.selection_set is not None:
            facts = names.field("Mutation", node.name.value)
            if facts is not None and names.field(type_name(facts.type), "number") is not None:
                node, key, extra = _asking_number(node)
                numbers.append(NumberAt(_key(node), node.name.value, key, extra))
        found.append(node)
    return SelectionSetNode(selections=tuple(found)), numbers


def _asking_number(node: FieldNode) -> tuple[FieldNode, str, bool]:
    assert node.selection_set is not None
    for item in node.selection_set.selections:
        if isinstance(item, FieldNode) and item.name.value == "number" and not item.directives:
            return node, _key(item), False
    asked = FieldNode(name=name_node("number"), alias=name_node(NUMBER_KEY), arguments=(), directives=())
    selections = (*node.selection_set.selections, asked)
    return named(node, selection_set=SelectionSetNode(selections=selections)), NUMBER_KEY, True


def variable_definition(
    name: str, type_: TypeNode, default: ValueNode | None = None
) -> VariableDefinitionNode:
    return VariableDefinitionNode(
        variable=VariableNode(name=name_node(name)), type=type_, default_value=default, directives=()
    )


def _default(fetch: PlannedFetch, name: str, type_: TypeNode, names: Names) -> ValueNode | None:
    default = fetch.defaults.get(name)
    return names.literal(default, type_) if default is not None else None


def _key(node: FieldNode) -> str:
    return node.alias.value if node.alias is not None else node.name.value
