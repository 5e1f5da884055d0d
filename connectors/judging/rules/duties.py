"""Who answers for it, on what ground, and how soon: what a list of powers and duties has for each matter."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.judging.rules.case import Case
from connectors.manifest.findings import Finding


def legal_basis(case: Case) -> Iterator[Finding]:
    if not case.manifest.governance.legal_basis:
        message = "nothing says on what legal ground this data is given"
        yield case.say("duty.basis", "warning", ("governance",), message, "legalBasis: <law or regulation>")


def responsible_unit(case: Case) -> Iterator[Finding]:
    if not case.manifest.governance.responsible_unit:
        message = "nothing says which unit answers for it"
        yield case.say("duty.unit", "warning", ("governance",), message, "responsibleUnit: <unit>")


def promised_time(case: Case) -> Iterator[Finding]:
    for service in case.manifest.services:
        place = ("services", service.id.partition(".")[2])
        if service.kind == "transaction" and (*place, "promisedMinutes") not in case.manifest.places:
            message = f"{service.id} promises no time"
            yield case.say("duty.time", "warning", place, message, "promisedMinutes: <minutes>")


def purposes(case: Case) -> Iterator[Finding]:
    """Personal data is asked for with a purpose or not at all."""
    governance = case.manifest.governance
    for service in case.manifest.services:
        if service.classification >= "L3" and not service.purposes:
            place = ("services", service.id.partition(".")[2])
            message = f"{service.id} is {service.classification} and names no purpose"
            yield case.say("duty.purpose", "warning", place, message, "purposes: [<department>.<purpose>]")
    if governance.classification >= "L3" and not governance.purposes and not case.manifest.services:
        message = f"data of {governance.classification} names no purpose"
        yield case.say("duty.purpose", "warning", ("governance",), message, "purposes: [<purpose>]")


def steward(case: Case) -> Iterator[Finding]:
    """A change of class or purpose wants the signature of a data steward."""
    if all(owner.role != "data-steward" for owner in case.manifest.metadata.owners):
        message = "no owner is a data steward: nobody can sign a change of class or purpose"
        fix = "{name: …, role: data-steward, contact: …}"
        yield case.say("duty.steward", "info", ("metadata", "owners"), message, fix)
