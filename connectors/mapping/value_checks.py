"""What must hold of single fields of a drawn graph: enums, references, masks, contracts, and the services that list them.

Must never: change the graph.
"""

from __future__ import annotations

from collections.abc import Collection

from connectors.manifest.findings import did_you_mean
from connectors.manifest.model import Field, Manifest
from connectors.mapping.graph_checks import Say
from connectors.mapping.types import MappedField, MappedGraph, element, name_of


def check_value(graph: MappedGraph, found: MappedField, say: Say) -> None:
    """A field's words about its values fit its type."""
    spec, name = found.spec, name_of(found.type)
    _check_enum(graph, found, name, say)
    _check_shown(found, name, say)
    _check_contract(found, say)
    target = graph.types.get(name)
    for part in spec.reference or ():
        if target is None or part not in target.fields:
            say("reference.unknown", spec.place, f"{found.coordinate}: {name} has no field '{part}'")


def _check_enum(graph: MappedGraph, found: MappedField, name: str, say: Say) -> None:
    declared = graph.enums.get(name)
    if declared is None or declared.enum is None:
        return
    for word in _given(found.spec):
        if word not in declared.enum:
            fix = did_you_mean(word, declared.enum)
            say("enum.unknown", found.spec.place, f"{found.coordinate}: {name} has no '{word}'", fix)


def _given(spec: Field) -> list[str]:
    return [*(spec.enum or {}).values(), *((spec.otherwise,) if spec.otherwise else ())]


def _check_shown(found: MappedField, name: str, say: Say) -> None:
    """Masks and digests are for texts, and what joins departments is never masked."""
    spec = found.spec
    if spec.mask is not None and found.origin == "key":
        say("mask.key", (*spec.place, "mask"), f"{found.coordinate} joins departments", "no mask on a key")
    if (spec.mask is not None or spec.transform is not None) and name not in ("String", "ID"):
        say("mask.type", spec.place, f"{found.coordinate} is a {name}: only texts are hidden", "type: String")


def _check_contract(found: MappedField, say: Say) -> None:
    contract = found.spec.contract
    if contract is None or contract.codes is None or not found.described:
        return
    known = contract.codes | contract.normalise.keys()
    new = ", ".join([code for code in element(found.described[0]).enum if code not in known][:10])
    if new:
        message = f"{found.coordinate}: the description has codes that the contract does not know: {new}"
        say("contract.codes", found.spec.place, message, "add them to codes, or to normalise", "warning")


def check_services(manifest: Manifest, graph: MappedGraph, existing: Collection[str], say: Say) -> None:
    """A service lists fields that there are, each field has one, and every mutation has one."""
    known = {f"{owner}.{name}" for owner, fields in graph.owners() for name in fields}
    claimed: dict[str, str] = {}
    for service in manifest.services:
        place = ("services", service.id.partition(".")[2], "fields")
        for coordinate in service.coordinates:
            if coordinate not in known and coordinate.partition(".")[0] not in existing:
                say("service.field", place, f"there is no {coordinate}", did_you_mean(coordinate, known))
            if coordinate in claimed:
                say("service.twice", place, f"{coordinate} belongs to {claimed[coordinate]} already")
            claimed[coordinate] = service.id
    for name, found in graph.mutation.items():
        if f"Mutation.{name}" not in claimed:
            say("service.missing", found.spec.place, f"no service lists Mutation.{name}", severity="warning")
