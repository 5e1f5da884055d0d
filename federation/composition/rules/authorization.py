"""AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE, MISSING_TRANSITIVE_AUTH_REQUIREMENTS: what restricts access stands on
objects, and neither a requirement nor a context is a way around it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graphql import ConstDirectiveNode

from federation.access import TooManyAlternatives, conjunction, implies
from federation.composition.carried import ACCESS, demands_of
from federation.composition.context_selection import setter_needs
from federation.composition.draft import Draft, named
from federation.composition.objection import Objection, objection
from federation.composition.rules.demands_told import too_many
from federation.composition.source import Carried, FieldSource, Kind, SubgraphSource, TypeSource
from federation.contextual import read_reference
from federation.fieldsets import Need

Coordinate = tuple[str, str]


def check(draft: Draft) -> Iterator[Objection]:
    yield from _on_interfaces(draft)
    yield from _transitive(draft)


def _on_interfaces(draft: Draft) -> Iterator[Objection]:
    for source in draft.sources:
        for declared in source.types.values():
            if declared.kind is not Kind.INTERFACE:
                continue
            places = [(declared.name, declared.node, declared.carried)]
            if not declared.interface_object:
                places += [(f"{declared.name}.{c.name}", c.node, c.carried) for c in declared.fields.values()]
            for at, node, carried in places:
                for said in [d.name.value for d in carried if d.name.value in ACCESS]:
                    yield objection(
                        "AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE",
                        (source.name,),
                        node,
                        f'@{said} stands on "{at}", which is an interface.',
                        "Put it on the types that implement the interface; the interface inherits it.",
                    )


def _transitive(draft: Draft) -> Iterator[Objection]:
    access = _Access(draft)
    for source in draft.sources:
        for declared in source.types.values():
            for child in declared.fields.values():
                for said, needed in _read(access, source, declared, child):
                    at = declared.name, child.name
                    try:
                        covered = _covers(access.of(at), access.of(needed))
                    except TooManyAlternatives:
                        yield too_many(f"{at[0]}.{at[1]}", (source.name,), child.node)
                        break
                    if not covered:
                        yield objection(
                            "MISSING_TRANSITIVE_AUTH_REQUIREMENTS",
                            (source.name,),
                            child.node,
                            f'"{declared.name}.{child.name}" {said} "{needed[0]}.{needed[1]}", '
                            "but demands less of the caller than that field does.",
                            f'Repeat @authenticated, @requiresScopes and @policy of "{needed[0]}.{needed[1]}" on it.',
                        )


def _read(
    access: _Access, source: SubgraphSource, declared: TypeSource, child: FieldSource
) -> Iterator[tuple[str, Coordinate]]:
    """What the field is given without its caller's asking, and how."""
    if child.requires is not None:
        for needed in access.named(declared.name, child.requires.needs or ()):
            yield "@requires", needed
    for given in child.context_arguments.values():
        reference = read_reference(given.from_context or "")
        for setter, needs in setter_needs(source, reference) if reference else ():
            for needed in access.named(setter.name, needs):
                yield "takes from a context", needed


class _Access:
    """What each field demands, over all subgraphs, with what its own and its result's type demand."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._known: dict[Coordinate, Carried] = {}

    def of(self, at: Coordinate) -> Carried:
        if at not in self._known:
            self._known[at] = tuple(self._collect(at))
        return self._known[at]

    def _collect(self, at: Coordinate) -> Iterator[ConstDirectiveNode]:
        for name in {at[0], *(n for n in self._draft.implementations(at[0]))}:
            for each in self._draft.types.get(name, ()):
                yield from (d for d in each.type.carried if d.name.value in ACCESS)
                child = each.type.fields.get(at[1])
                if child is None:
                    continue
                yield from (d for d in child.carried if d.name.value in ACCESS)
                for result in self._draft.types.get(named(child.type), ()):
                    yield from (d for d in result.type.carried if d.name.value in ACCESS)

    def named(self, type_name: str, needs: Iterable[Need]) -> Iterator[Coordinate]:
        for need in needs:
            at = need.on or type_name
            child = next(
                (
                    d.type.fields[need.name]
                    for d in self._draft.types.get(at, ())
                    if need.name in d.type.fields
                ),
                None,
            )
            if child is not None:
                yield at, need.name
                yield from self.named(named(child.type), need.needs)


def _covers(own: Carried, needed: Carried) -> bool:
    if not needed:
        return True
    mine = {d.name.value for d in own}
    if any(d.name.value == "authenticated" for d in needed) and "authenticated" not in mine:
        return False
    return all(
        implies(conjunction([demands_of(own, name)]), demands_of(needed, name))
        for name in ("requiresScopes", "policy")
    )
