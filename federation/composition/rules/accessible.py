"""ONLY_INACCESSIBLE_CHILDREN, REFERENCED_INACCESSIBLE, REQUIRED_INACCESSIBLE, DEFAULT_VALUE_USES_INACCESSIBLE,
IMPLEMENTED_BY_INACCESSIBLE, QUERY_ROOT_TYPE_INACCESSIBLE: what is left for clients still makes a schema."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graphql import EnumValueNode, ListValueNode, Node, TypeNode, ValueNode

from federation.composition.draft import ROOTS, Declared, DeclaredField, Draft, is_required, named
from federation.composition.objection import Objection, objection
from federation.composition.source import InputSource, SubgraphSource


def check(draft: Draft, name: str) -> Iterator[Objection]:
    declared = draft.types[name]
    if name == "Query" and name in draft.hidden:
        yield _of(
            declared,
            "QUERY_ROOT_TYPE_INACCESSIBLE",
            "The query type is @inaccessible.",
            "Make it accessible.",
        )
        return
    if name not in draft.hidden:
        children, concealed = _children(declared)
        if children and children <= concealed and not (name in ROOTS and name != "Query"):
            message = f'"{name}" is accessible, but everything in it is @inaccessible.'
            fix = "Make the type @inaccessible, or one of its parts accessible."
            yield _of(declared, "ONLY_INACCESSIBLE_CHILDREN", message, fix)
        yield from _implemented(draft, name, declared)
    for field_name, fields in draft.fields_of(name):
        if any(d.field.inaccessible for d in fields):
            continue
        at = f"{name}.{field_name}"
        if name not in draft.hidden:
            yield from _references(draft, at, [(d.subgraph, d.field.node, d.field.type) for d in fields])
        given = [(d.subgraph, a) for d in fields for a in d.field.arguments.values()]
        yield from _inputs(draft, f"{at}({{}}:)", given, visible=name not in draft.hidden)
    given = [(d.subgraph, i) for d in declared for i in d.type.inputs.values()]
    yield from _inputs(draft, f"{name}.{{}}", given, visible=name not in draft.hidden)


def _of(declared: list[Declared], code: str, message: str, fix: str) -> Objection:
    return objection(code, [d.subgraph.name for d in declared], declared[0].type.node, message, fix)


def _children(declared: list[Declared]) -> tuple[set[str], set[str]]:
    children: set[str] = set()
    concealed: set[str] = set()
    for each in declared:
        source = each.type
        children |= {*source.fields, *source.inputs, *source.values}
        concealed |= source.hidden_values
        concealed |= {f.name for f in source.fields.values() if f.inaccessible}
        concealed |= {i.name for i in source.inputs.values() if i.inaccessible}
    return children, concealed


def _references(
    draft: Draft, at: str, given: Iterable[tuple[SubgraphSource, Node, TypeNode]]
) -> Iterator[Objection]:
    for source, node, type_ in given if draft.hidden else ():
        if named(type_) in draft.hidden:
            yield objection(
                "REFERENCED_INACCESSIBLE",
                (source.name,),
                node,
                f'"{at}" is accessible, but its type "{named(type_)}" is not.',
                "Make the field or argument @inaccessible too.",
            )
            return


def _inputs(
    draft: Draft, at: str, given: list[tuple[SubgraphSource, InputSource]], *, visible: bool
) -> Iterator[Objection]:
    """Arguments of one field, or fields of one input object."""
    concealed = {each.name for _, each in given if each.inaccessible}
    for source, each in given:
        place = at.format(each.name)
        if each.name in concealed:
            if is_required(each) and visible:
                yield objection(
                    "REQUIRED_INACCESSIBLE",
                    (source.name,),
                    each.node,
                    f'"{place}" is required, but @inaccessible.',
                    "Give it a default value.",
                )
            continue
        if visible:
            yield from _references(draft, place, [(source, each.node, each.type)])
            hidden = draft.hidden_values(named(each.type))
            if hidden & set(_values(each.node.default_value)):
                yield objection(
                    "DEFAULT_VALUE_USES_INACCESSIBLE",
                    (source.name,),
                    each.node,
                    f'The default value of "{place}" is @inaccessible.',
                    "Give it another one.",
                )


def _values(default: ValueNode | None) -> Iterator[str]:
    if isinstance(default, EnumValueNode):
        yield default.value
    elif isinstance(default, ListValueNode):
        for each in default.values:
            yield from _values(each)


def _implemented(draft: Draft, name: str, declared: list[Declared]) -> Iterator[Objection]:
    """What an accessible interface has, its accessible implementation has for clients too."""
    interfaces = dict.fromkeys(i for d in declared for i in d.type.interfaces if i not in draft.hidden)
    for interface in interfaces if not name.startswith("__") else ():
        above = dict(draft.fields_of(interface)) if interface in draft.types else {}
        for field_name, fields in draft.fields_of(name):
            demanded = above.get(field_name, [])
            if not demanded or any(d.field.inaccessible for d in demanded):
                continue
            if any(d.field.inaccessible for d in fields):
                yield _concealed(f"{name}.{field_name}", f"{interface}.{field_name}", fields)
                continue
            wanted = {a.name for d in demanded for a in d.field.arguments.values()}
            wanted -= {a.name for d in demanded for a in d.field.arguments.values() if a.inaccessible}
            lost = {a.name for d in fields for a in d.field.arguments.values() if a.inaccessible} & wanted
            for argument in sorted(lost):
                at = f"{field_name}({argument}:)"
                yield _concealed(f"{name}.{at}", f"{interface}.{at}", fields)


def _concealed(at: str, above: str, fields: list[DeclaredField]) -> Objection:
    return objection(
        "IMPLEMENTED_BY_INACCESSIBLE",
        [d.subgraph.name for d in fields],
        fields[0].field.node,
        f'"{at}" is @inaccessible, but implements "{above}", which is accessible.',
        "Make both @inaccessible, or neither.",
    )
