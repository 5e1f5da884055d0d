"""Whether answers to a call may be kept for everybody (``cache.scope: public``): the rule, said once for lint and for run time.

Nothing keyed by a person is public; nor is an answer with an L3 or L4 field in it. Must never: allow what it cannot judge.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from connectors.backend import CallSpec
from connectors.expressions import slots_in
from connectors.manifest.model import Entity, Field, Manifest, TypeDeclaration
from connectors.manifest.type_names import name_of

CITIZEN, CITIZEN_KEY = "Citizen", "cid"
_OPEN_CLASSES = ("L1", "L2")


def field_not_public(manifest: Manifest, owner: str, field: Field) -> str:
    """Why answers to a field's call may not be public; empty if they may."""
    calls = [field.call, None if field.many is None else field.many.call]
    said = _personal(manifest, owner, calls) or _given_person(manifest, field)
    own = field.classification or _service_class(manifest, f"{owner}.{field.name}")
    return said or _too_high(
        manifest, f"{owner}.{field.name}", own, "" if field.type is None else name_of(field.type)
    )


def entity_not_public(manifest: Manifest, entity: Entity) -> str:
    """The same for an entity's ``one`` and ``many``."""
    said = _personal(manifest, entity.name, [entity.one, None if entity.many is None else entity.many.call])
    return said or _too_high(manifest, entity.name, manifest.governance.classification, entity.name)


def undeclared_not_public(manifest: Manifest, coordinate: str, classification: str | None) -> str:
    """The same for a field that a GraphQL backend brings."""
    said = _personal(manifest, coordinate.partition(".")[0], ())
    return said or _too_high(manifest, coordinate, classification or _service_class(manifest, coordinate), "")


def _personal(manifest: Manifest, owner: str, calls: Iterable[CallSpec | None]) -> str:
    if owner == CITIZEN:
        return "the call is made for one citizen"
    if manifest.backend.forward is not None or any(
        auth.kind == "exchanged" for auth in manifest.backend.auth
    ):
        return "the backend is told who the citizen is"
    for call in calls:
        for slot in () if call is None else slots_in((call.params, call.body, call.headers)):
            if slot.scope == "citizen" or slot.path[-1] == CITIZEN_KEY:
                return "the call is keyed by a person"
    return ""


def _given_person(manifest: Manifest, field: Field) -> str:
    waiting = [name_of(argument.type) for argument in field.args]
    seen = set(waiting)
    while waiting:
        declared = manifest.inputs.get(waiting.pop())
        inner = {} if declared is None else declared.fields
        if CITIZEN_KEY in inner:
            return "the call is keyed by a person"
        names = {name_of(found.type) for found in inner.values()} - seen
        waiting += names
        seen |= names
    return ""


def _service_class(manifest: Manifest, coordinate: str) -> str:
    for service in manifest.services:
        if coordinate in service.coordinates:
            return service.classification
    return manifest.governance.classification


def _too_high(manifest: Manifest, coordinate: str, own: str, type_name: str) -> str:
    if own not in _OPEN_CLASSES:
        return f"{coordinate} is {own}"
    for place, classification in _classes(manifest.types, type_name):
        if classification not in _OPEN_CLASSES:
            return f"{place}, which stands in the same answer, is {classification}"
    return ""


def _classes(types: Mapping[str, TypeDeclaration], start: str) -> Iterable[tuple[str, str]]:
    """Every class said in the types that one answer holds; fields with calls of their own have answers of their own."""
    waiting, seen = [start], {start}
    while waiting:
        declared = types.get(waiting.pop())
        if declared is None:
            continue
        inner = list(declared.one_of.types.values()) if declared.one_of is not None else []
        for field in declared.fields.values():
            if field.has_call:
                continue
            if field.classification is not None:
                yield f"{declared.name}.{field.name}", field.classification
            if field.type is not None:
                inner.append(name_of(field.type))
        waiting += [name for name in inner if name not in seen]
        seen.update(inner)
