"""What must hold of unions, interfaces and input types of a drawn graph.

Must never: change the graph.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from graphql import TypeNode, print_ast

from connectors.backend import Described, Slot
from connectors.manifest.findings import Severity, did_you_mean
from connectors.manifest.model import Field, TypeDeclaration
from connectors.manifest.reading import Place
from connectors.mapping.types import MappedGraph, name_of, named


class Say(Protocol):
    """Takes a finding."""

    def __call__(
        self, code: str, place: Place, message: str, fix: str = "", severity: Severity = "error"
    ) -> None: ...


class Drawing(Protocol):
    """As much of a drawing as a union needs."""

    graph: MappedGraph

    def use(self, type_node: TypeNode, described: Described, spec: Field) -> None: ...

    def path(self, described: Described, path: str, place: Place) -> Described: ...


def check_union_use(union: TypeDeclaration, described: Described, drawing: Drawing) -> None:
    """Each of the union's types is read from what its word stands for, where the description tells that, else from
    ``described``, as is the word itself.
    """
    assert union.one_of is not None
    drawing.path(described, union.one_of.by, (*union.place, "oneOf", "by"))
    choices = described.choices if described.by == union.one_of.by else {}
    for word, name in union.one_of.types.items():
        if name in drawing.graph.types:
            drawing.use(named(name), choices.get(word, described), Field(name))


def check_unions(graph: MappedGraph, say: Say) -> None:
    """Their types are object types; an interface's fields are in each of them, with the same type."""
    for union in graph.unions.values():
        assert union.one_of is not None
        place = (*union.place, "oneOf", "types")
        for told, name in union.one_of.types.items():
            mapped = graph.types.get(name)
            if mapped is None:
                fix = did_you_mean(name, graph.types)
                say("type.oneOf", (*place, told), f"{union.name}: no object type '{name}'", fix)
                continue
            for field, spec in union.fields.items():
                found = mapped.fields.get(field)
                if found is None:
                    say("type.oneOf", (*place, told), f"{name} lacks {union.name}.{field}", f"{field}: …")
                elif spec.type is not None and print_ast(spec.type) != print_ast(found.type):
                    wanted = print_ast(spec.type)
                    say("type.oneOf", (*place, told), f"{name}.{field} is no {wanted}", f"type: {wanted}")


def check_inputs(graph: MappedGraph, known: Collection[str], say: Say) -> None:
    """Fields of inputs are scalars, enums and inputs; no field of the graph gives an input."""
    for declared in graph.inputs.values():
        for field in declared.fields.values():
            place: Place = (*declared.place, "fields", field.name)
            name = name_of(field.type)
            if name in graph.types or name in graph.unions:
                say(
                    "input.type",
                    place,
                    f"{declared.name}.{field.name}: {name} is no input type",
                    "declare it under inputs",
                )
            elif name not in known:
                say(
                    "type.unknown",
                    place,
                    f"{declared.name}.{field.name}: no type '{name}'",
                    did_you_mean(name, known),
                )
        if declared.name in {**graph.types, **graph.unions, **graph.enums}:
            say("input.name", declared.place, f"{declared.name} is declared under types too", "another name")
    for owner, fields in graph.owners():
        for found in fields.values():
            if name_of(found.type) in graph.inputs:
                say(
                    "input.type",
                    found.spec.place,
                    f"{owner}.{found.name} cannot give an input type",
                    "declare a type",
                )


def check_slot_of_input(graph: MappedGraph, spec: Field, slot: Slot, say: Say) -> None:
    """``$applicant.name``: the part exists."""
    argument = next(
        (found for found in spec.args if slot.scope == "args" and found.name == slot.path[0]), None
    )
    declared = None if argument is None else graph.inputs.get(name_of(argument.type))
    for step in slot.path[1:]:
        if declared is None:
            return
        if step not in declared.fields:
            fix = did_you_mean(step, declared.fields)
            say("call.slot", spec.place, f"{declared.name} has no field '{step}'", fix)
            return
        declared = graph.inputs.get(name_of(declared.fields[step].type))
