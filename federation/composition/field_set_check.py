"""What the rules about field sets share: walking a set against its subgraph's types. It yields sentences,
not objections."""

from __future__ import annotations

from collections.abc import Iterator

from federation.composition.context_selection import setter_needs
from federation.composition.draft import is_required, named
from federation.composition.literal_fits import fits
from federation.composition.source import FieldSet, FieldSource, Kind, SubgraphSource, TypeSource
from federation.contextual import read_reference
from federation.fieldsets import Need

Selected = tuple[TypeSource, FieldSource]


Fault = tuple[str, str]
"""The code's end, after the directive's name; and the sentence's."""


def set_faults(source: SubgraphSource, on: TypeSource | None, fields: FieldSet) -> list[Fault]:
    """What is wrong with a field set, of whatever directive."""
    if not fields.is_string:
        return [("INVALID_FIELDS_TYPE", "the set is no string")]
    if fields.needs is None or on is None:
        return [("INVALID_FIELDS", "the set does not parse")]
    if fields.directives:
        return [("DIRECTIVE_IN_FIELDS_ARG", "a directive stands in it")]
    return [("INVALID_FIELDS", fault) for fault in faults(source, on, fields.needs)]


def with_arguments(source: SubgraphSource, on: TypeSource | None, needs: tuple[Need, ...]) -> str | None:
    """The first field of the set that takes arguments, or is given any."""
    for kind, child, need in named_by(source, on, needs):
        if child.arguments or need.arguments:
            return f"{kind.name}.{child.name}"
    return None


def named_by(
    source: SubgraphSource, on: TypeSource | None, needs: tuple[Need, ...]
) -> Iterator[tuple[TypeSource, FieldSource, Need]]:
    """Every field of the set with its declaration, nested ones included."""
    for need in needs:
        at = source.types.get(need.on) if need.on else on
        child = at.fields.get(need.name) if at else None
        if at is not None and child is not None:
            yield at, child, need
            yield from named_by(source, source.types.get(named(child.type)), need.needs)


def faults(source: SubgraphSource, declared: TypeSource, needs: tuple[Need, ...]) -> Iterator[str]:
    """What is wrong with the set on this type in this subgraph."""
    for need in needs:
        yield from _fault(source, source.types.get(need.on, declared) if need.on else declared, need)


def _fault(source: SubgraphSource, declared: TypeSource, need: Need) -> Iterator[str]:
    if need.name == "__typename":
        return
    child = declared.fields.get(need.name)
    if child is None:
        yield f'{source.name} has no field "{declared.name}.{need.name}"'
        return
    yield from _arguments(source, f"{declared.name}.{need.name}", child, need)
    inner = source.types.get(named(child.type))
    composite = inner is not None and inner.kind in (Kind.OBJECT, Kind.INTERFACE, Kind.UNION)
    if composite and not need.needs:
        yield f'"{declared.name}.{need.name}" is an object and needs a selection'
    elif need.needs and not composite:
        yield f'"{declared.name}.{need.name}" is a leaf and takes no selection'
    elif need.needs and inner is not None:
        yield from faults(source, inner, need.needs)


def _arguments(source: SubgraphSource, at: str, child: FieldSource, need: Need) -> Iterator[str]:
    given = {argument.name.value: argument.value for argument in need.arguments}
    for name, value in given.items():
        declared = child.arguments.get(name)
        if declared is None:
            yield f'"{at}" takes no argument "{name}"'
        elif not fits(value, declared.type, source):
            yield f'"{at}({name}:)" is given no value of its type'
    for name, declared in child.arguments.items():
        if is_required(declared) and name not in given:
            yield f'"{at}" lacks its argument "{name}"'


def selected(
    source: SubgraphSource, declared: TypeSource | None, needs: tuple[Need, ...] | None, *, wide: bool = False
) -> Iterator[Selected]:
    """Every field that the set names, nested ones included; with ``wide`` also on implementing types."""
    for need in needs or ():
        at = source.types.get(need.on) if need.on else declared
        if at is None:
            continue
        kinds = (at, *(t for t in source.types.values() if wide and at.name in t.interfaces))
        for kind in kinds:
            child = kind.fields.get(need.name)
            if child is not None:
                yield kind, child
                yield from selected(source, source.types.get(named(child.type)), need.needs, wide=wide)


def used(source: SubgraphSource) -> set[tuple[str, str]]:
    """(type, field) of everything that a key, a requirement, a provision or a @fromContext of the subgraph names."""
    found: set[tuple[str, str]] = set()

    def add(on: TypeSource | None, needs: tuple[Need, ...] | None) -> None:
        found.update((kind.name, child.name) for kind, child in selected(source, on, needs, wide=True))

    for declared in source.types.values():
        for key in declared.keys:
            add(declared, key.fields.needs)
        for child in declared.fields.values():
            add(declared, child.requires.needs if child.requires else None)
            add(source.types.get(named(child.type)), child.provides.needs if child.provides else None)
            for given in child.context_arguments.values():
                reference = read_reference(given.from_context or "")
                for setter, needs in setter_needs(source, reference) if reference else ():
                    add(setter, needs)
    return found


def provided(source: SubgraphSource) -> Iterator[tuple[str, str]]:
    """(type, field) of everything external that a provision of the subgraph names."""
    for declared in source.types.values():
        for child in declared.fields.values():
            if child.provides is not None:
                on = source.types.get(named(child.type))
                for kind, each in selected(source, on, child.provides.needs, wide=True):
                    if each.external:
                        yield kind.name, each.name


def is_of_interface(source: SubgraphSource, declared: TypeSource, name: str) -> bool:
    """Whether the field is there because an interface demands it."""
    return any(i in source.types and name in source.types[i].fields for i in declared.interfaces)


def names_external(source: SubgraphSource, declared: TypeSource | None, needs: tuple[Need, ...]) -> bool:
    """Whether each leaf of the set, or something above it, is answered elsewhere."""
    for need in needs:
        at = source.types.get(need.on) if need.on else declared
        child = at.fields.get(need.name) if at else None
        if at is None or child is None or child.external or at.kind is Kind.INTERFACE:
            continue
        if any(i in source.types and need.name in source.types[i].fields for i in at.interfaces):
            continue
        if not need.needs or not names_external(source, source.types.get(named(child.type)), need.needs):
            return False
    return True
