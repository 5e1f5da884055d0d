"""What a lint rule looks at: an opened draft, and where things stand in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from connectors.backend import Backend, CallSpec, Described, DescribedOperation
from connectors.connector import Connector
from connectors.manifest.findings import Finding, Severity
from connectors.manifest.model import Entity, Field, Manifest
from connectors.manifest.reading import Place

_ROOTS = ("Query", "Mutation")


@dataclass(frozen=True)
class Case:
    """``backend`` and ``connector`` None: opening did not get so far."""

    manifest: Manifest
    backend: Backend | None = None
    connector: Connector | None = None

    def say(self, code: str, severity: Severity, place: Place, message: str, fix: str) -> Finding:
        """A finding at ``place``, or at the nearest part around it."""
        places = self.manifest.places
        while place and place not in places:
            place = place[:-1]
        line, column = places.get(place, (0, 0))
        return Finding(code, severity, self.manifest.file, line, column, message, fix)

    def fields(self) -> Iterator[tuple[str, Field]]:
        """Every declared field with its owner's name: roots, entities, types."""
        yield from (("Query", field) for field in self.manifest.query.values())
        yield from (("Mutation", field) for field in self.manifest.mutation.values())
        for name, entity in self.manifest.entities.items():
            yield from ((name, field) for field in entity.fields.values())
        for name, declared in self.manifest.types.items():
            yield from ((name, field) for field in declared.fields.values())

    def ways_in(self) -> Iterator[tuple[str, Field]]:
        """The fields by which an app gets at the department's data: roots and fields of entities."""
        return (
            (o, f) for o, f in self.fields() if o in _ROOTS or (o in self.manifest.entities and f.has_call)
        )

    def calls(self) -> Iterator[tuple[CallSpec, Place]]:
        """Every call, with its place."""
        for _, field in self.fields():
            if field.call is not None:
                yield field.call, (*field.place, "call")
            if field.many is not None:
                yield field.many.call, field.many.place
        for entity in self.manifest.entities.values():
            yield from _own(entity)
        if self.manifest.matters is not None:
            yield self.manifest.matters.call, ("matters", "call")

    @cached_property
    def operations(self) -> dict[str, DescribedOperation]:
        """What the description has, by name."""
        return {} if self.backend is None else {each.name: each for each in self.backend.operations()}

    @cached_property
    def used(self) -> frozenset[str]:
        """The operations that calls name."""
        return frozenset(call.operation for call, _ in self.calls())

    @cached_property
    def answers(self) -> tuple[Described, ...]:
        """The described answers of the operations in use."""
        return tuple(self.operations[name].answer for name in sorted(self.used) if name in self.operations)


def _own(entity: Entity) -> Iterator[tuple[CallSpec, Place]]:
    if entity.one is not None:
        yield entity.one, (*entity.place, "one")
    if entity.many is not None:
        yield entity.many.call, (*entity.place, "many")
