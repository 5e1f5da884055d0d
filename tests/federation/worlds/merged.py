"""The one schema that has it all, merged from what subgraphs declare by the tests' own few rules.

Object and interface types, unions and output enums: all of everybody's. Input objects and enums that are only taken
in: what is common. Arguments: what is common. A type is nullable if it is anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from graphql import (
    GraphQLSchema,
    ListTypeNode,
    NonNullTypeNode,
    TypeNode,
    build_schema,
    print_ast,
)

from federation.defer import DEFINITION
from tests.federation.worlds.declared import Declared, DeclaredField, DeclaredType, named_in

Seen = Callable[[bool], bool]


class Merger:
    """Merges; ``api``: without what is inaccessible."""

    def __init__(self, declared: Declared, *, api: bool) -> None:
        self._declared = declared
        self._api = api
        self.names = sorted({name for types in declared.values() for name in types})
        self._taken_in = {n for types in declared.values() for n in _inputs_used(types)}
        self._given_out = {
            child.named for types in declared.values() for t in types.values() for child in t.fields.values()
        }

    def schema(self) -> GraphQLSchema:
        return build_schema("\n".join(filter(None, [print_ast(DEFINITION), *map(self._type, self.names)])))

    def possible(self, name: str) -> tuple[str, ...]:
        """The object types of a composite type."""
        parts = self._parts(name)
        kinds = {part.kind for part in parts if not part.interface_object}
        if "union" in kinds:
            return tuple(sorted({member for part in parts for member in part.members}))
        if "interface" in kinds:
            return tuple(
                each for each in self.names if name in self.interfaces(each) and self._is_object(each)
            )
        return (name,)

    def interfaces(self, name: str) -> list[str]:
        return sorted({each for part in self._parts(name) for each in part.interfaces})

    def fields(self, name: str) -> dict[str, list[DeclaredField]]:
        """Of an object or interface: its own, and those of interface objects of its interfaces."""
        found: dict[str, list[DeclaredField]] = {}
        for types in self._declared.values():
            for each in (name, *self.interfaces(name)):
                if each in types and (each == name or types[each].interface_object):
                    for field, child in types[each].fields.items():
                        found.setdefault(field, []).append(child)
        return found

    def _parts(self, name: str) -> list[DeclaredType]:
        return [types[name] for types in self._declared.values() if name in types]

    def _is_object(self, name: str) -> bool:
        return all(part.kind == "object" and not part.interface_object for part in self._parts(name))

    def _hidden(self, name: str) -> bool:
        return self._api and any(part.inaccessible for part in self._parts(name))

    def _type(self, name: str) -> str:
        parts = self._parts(name)
        kind = next((part.kind for part in parts if not part.interface_object), "interface")
        if self._hidden(name) or name in _MACHINERY:
            return ""
        if kind == "scalar":
            return f"scalar {name}"
        if kind == "union":
            members = [each for each in self.possible(name) if not self._hidden(each)]
            return f"union {name} = {' | '.join(members)}"
        if kind == "enum":
            return f"enum {name} {{ {' '.join(self._values(name, parts))} }}"
        if kind == "input_object":
            return f"input {name} {{ {' '.join(self._inputs(parts))} }}"
        fields = [text for each in self.fields(name).items() if (text := self._field(*each))]
        interfaces = [each for each in self.interfaces(name) if not self._hidden(each)]
        says = f" implements {' & '.join(interfaces)}" if interfaces else ""
        return (
            f"{'type' if kind == 'object' else kind}{f' {name}'}{says} {{ {' '.join(fields)} }}"
            if fields
            else ""
        )

    def _values(self, name: str, parts: list[DeclaredType]) -> list[str]:
        everyone = [set(part.values) for part in parts]
        only_in = name in self._taken_in and name not in self._given_out
        chosen = set.intersection(*everyone) if only_in else set.union(*everyone)
        hidden = {value for part in parts for value, inaccessible in part.values.items() if inaccessible}
        return sorted(chosen - hidden if self._api else chosen)

    def _inputs(self, parts: list[DeclaredType]) -> list[str]:
        found = []
        for name, node in parts[0].inputs.items():
            if all(name in part.inputs for part in parts):
                default = f" = {print_ast(node.default_value)}" if node.default_value else ""
                found.append(f"{name}: {_strictest([part.inputs[name].type for part in parts])}{default}")
        return found

    def _field(self, name: str, children: list[DeclaredField]) -> str:
        own = [child for child in children if not child.external]
        if self._api and any(child.inaccessible or self._hidden(child.named) for child in children):
            return ""
        told = own or children
        arguments = ", ".join(_arguments([_of_clients(child) for child in told]))
        return (
            f"{name}{f'({arguments})' if arguments else ''}: {_loosest([child.node.type for child in told])}"
        )


_MACHINERY = frozenset({"_Any", "_Service", "FieldSet", "federation__FieldSet"})


def _inputs_used(types: Any) -> Iterable[str]:
    for kind in types.values():
        for child in kind.fields.values():
            yield from (named_in(each.type) for each in child.node.arguments or ())
        yield from (named_in(each.type) for each in kind.inputs.values())


def _of_clients(child: DeclaredField) -> list[Any]:
    """The arguments that no context fills."""
    return [each for each in child.node.arguments or () if each.name.value not in child.contextual]


def _arguments(told: list[Any]) -> list[str]:
    found = []
    for node in told[0] or ():
        name = node.name.value
        same = [each for arguments in told for each in arguments or () if each.name.value == name]
        if len(same) == len(told):
            default = f" = {print_ast(node.default_value)}" if node.default_value else ""
            found.append(f"{name}: {_strictest([each.type for each in same])}{default}")
    return found


def _loosest(nodes: list[TypeNode]) -> str:
    return _together(nodes, all)


def _strictest(nodes: list[TypeNode]) -> str:
    return _together(nodes, any)


def _together(nodes: list[TypeNode], is_required: Callable[[Iterable[bool]], bool]) -> str:
    required = is_required([isinstance(node, NonNullTypeNode) for node in nodes])
    bare = [node.type if isinstance(node, NonNullTypeNode) else node for node in nodes]
    if isinstance(bare[0], ListTypeNode):
        text = f"[{_together([each.type for each in bare], is_required)}]"  # type: ignore[union-attr]
    else:
        text = named_in(bare[0])
    return f"{text}!" if required else text
