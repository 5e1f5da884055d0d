"""Classes L1 to L4: who may see what (docs/manifest.md, ``services``)."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.judging.rules.case import Case
from connectors.judging.sdl import root_fields
from connectors.manifest.findings import Finding
from connectors.manifest.model import Field
from connectors.manifest.reading import Place
from connectors.mapping.types import name_of
from connectors.snapshot import ASSURANCE


def own_class(case: Case) -> Iterator[Finding]:
    """Fields that fall back to the manifest's class; one finding for each type."""
    fallback = case.manifest.governance.classification
    for name, declared in case.manifest.types.items():
        bare = [field.name for field in declared.fields.values() if field.classification is None]
        if bare:
            listed = ", ".join(bare[:8]) + (" …" if len(bare) > 8 else "")
            message = (
                f"{name} has fields without a class, for which {fallback} of the manifest holds: {listed}"
            )
            yield case.say("class.missing", "info", declared.place, message, "classification: L1 … L4")


def lower_than_its_fields(case: Case) -> Iterator[Finding]:
    """A service opens what its fields' own classes would close."""
    ways = {f"{owner}.{field.name}": field for owner, field in case.ways_in()}
    for service in case.manifest.services:
        for coordinate in service.coordinates:
            highest = _highest(case, ways.get(coordinate))
            if highest > service.classification:
                message = (
                    f"{service.id} is {service.classification}, but {coordinate} gives fields of {highest}"
                )
                yield case.say(
                    "class.lower", "warning", _at(service.id), message, f"classification: {highest}"
                )


def _highest(case: Case, field: Field | None) -> str:
    """The highest class that is written at the field or within its type."""
    if field is None:
        return ""
    found = [field.classification or ""]
    waiting, seen = [field], set[str]()
    while waiting:
        node = waiting.pop().type
        declared = None if node is None else case.manifest.types.get(name_of(node))
        if declared is not None and declared.name not in seen:
            seen.add(declared.name)
            found += [each.classification or "" for each in declared.fields.values()]
            waiting += declared.fields.values()
    return max(found)


def level_below_class(case: Case) -> Iterator[Finding]:
    """A service says a lower level than its class asks for by itself."""
    for service in case.manifest.services:
        wanted = ASSURANCE[service.classification]
        if service.assurance is not None and service.assurance < wanted:
            message = (
                f"{service.id} asks for level {service.assurance}; {service.classification} asks for {wanted}"
            )
            yield case.say("class.level", "warning", _at(service.id), message, f"assurance: {wanted}")


def outside_every_service(case: Case) -> Iterator[Finding]:
    """Nobody can list, meter or open what no service has. Mutations are told by the mapping."""
    listed = {coordinate for service in case.manifest.services for coordinate in service.coordinates}
    for owner, field in case.ways_in():
        coordinate = f"{owner}.{field.name}"
        if owner != "Mutation" and coordinate not in listed:
            message = f"no service lists {coordinate}: it is in no catalogue, and counted under none"
            yield case.say("service.missing", "warning", field.place, message, _SERVICE.format(coordinate))
    if case.manifest.backend.kind == "graphql" and case.connector is not None:
        mapped = {f"{owner}.{field.name}" for owner, field in case.fields()}
        roots = root_fields(case.connector.sdl, "Query", "Mutation", "Subscription")
        for coordinate in sorted(f"{owner}.{name}" for owner, name in roots):
            if coordinate not in listed | mapped:
                message = f"no service lists {coordinate}: it is in no catalogue, and counted under none"
                yield case.say(
                    "service.missing", "warning", ("expose",), message, _SERVICE.format(coordinate)
                )


_SERVICE = "services: {{name: {{title: {{…}}, kind: lookup, fields: [{}]}}}}"


def _at(service: str) -> Place:
    return ("services", service.partition(".")[2])
