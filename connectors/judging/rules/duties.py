"""Who answers for it, on what ground, and how soon: what a list of powers and duties has for each matter (职能清单、责任清单).

What lacks of it is a warning in lint; publication refuses it (``connectors.judging.publication``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from connectors.judging.rules.case import Case
from connectors.manifest.findings import Finding
from connectors.manifest.model import Governance, Service
from connectors.manifest.reading import Place

_UNFILLED = "todo"
"""How a word begins that `tongban connector init` left for a person."""


def legal_basis(case: Case) -> Iterator[Finding]:
    for named, place in _without(case, lambda held: held.legal_basis):
        message = f"nothing says on what legal ground {named} is given"
        yield case.say("duty.basis", "warning", place, message, "legalBasis: <law or regulation>")


def responsible_unit(case: Case) -> Iterator[Finding]:
    for named, place in _without(case, lambda held: held.responsible_unit):
        message = f"nothing says which unit answers for {named}"
        yield case.say("duty.unit", "warning", place, message, "responsibleUnit: <unit>")


def owner(case: Case) -> Iterator[Finding]:
    """Data that nobody owns is in no catalogue."""
    if not any(each.name.strip() and each.contact.strip() for each in case.manifest.metadata.owners):
        message = "no owner has a name and a contact"
        fix = "owners: [{name: <who>, role: developer, contact: <address>}]"
        yield case.say("duty.owner", "warning", ("metadata", "owners"), message, fix)


def unfilled(case: Case) -> Iterator[Finding]:
    """A ground or a unit that waits for somebody who knows it."""
    held: list[tuple[Place, Governance | Service]] = [(("governance",), case.manifest.governance)]
    held += [(_at(service), service) for service in case.manifest.services]
    for place, said in held:
        for name, words in (("legalBasis", said.legal_basis), ("responsibleUnit", said.responsible_unit)):
            if (*place, name) in case.manifest.places and words.strip().lower().startswith(_UNFILLED):
                message = f"{name} is not filled in yet"
                yield case.say("duty.unfilled", "warning", (*place, name), message, f"{name}: <its name>")


def promised_time(case: Case) -> Iterator[Finding]:
    """A lookup is answered at once."""
    for service in case.manifest.services:
        place = _at(service)
        promised = service.promised_minutes is not None or service.promised_days is not None
        if service.kind == "transaction" and not promised:
            message = f"{service.id} promises no time"
            fix = "promisedMinutes: <minutes>, or promisedDays: <working days>"
            yield case.say("duty.time", "warning", place, message, fix)


def legal_time(case: Case) -> Iterator[Finding]:
    for service in case.manifest.services:
        if service.kind == "transaction" and service.legal_days is None:
            message = f"{service.id} does not say how long the law gives the department"
            fix = "legalDays: <working days>, here or in governance"
            yield case.say("duty.legal", "warning", _at(service), message, fix)


def purposes(case: Case) -> Iterator[Finding]:
    """Personal data is asked for with a purpose or not at all."""
    governance = case.manifest.governance
    for service in case.manifest.services:
        if service.classification >= "L3" and not service.purposes:
            message = f"{service.id} is {service.classification} and names no purpose"
            fix = "purposes: [<department>.<purpose>]"
            yield case.say("duty.purpose", "warning", _at(service), message, fix)
    if governance.classification >= "L3" and not governance.purposes and not case.manifest.services:
        message = f"data of {governance.classification} names no purpose"
        yield case.say("duty.purpose", "warning", ("governance",), message, "purposes: [<purpose>]")


def steward(case: Case) -> Iterator[Finding]:
    """A change of class or purpose wants the signature of a data steward."""
    if all(owner.role != "data-steward" for owner in case.manifest.metadata.owners):
        message = "no owner is a data steward: nobody can sign a change of class or purpose"
        fix = "{name: …, role: data-steward, contact: …}"
        yield case.say("duty.steward", "info", ("metadata", "owners"), message, fix)


def _without(
    case: Case, said: Callable[[Governance | Service], str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What lacks it, and where it would stand: the whole manifest, or the services that emptied what governance says."""
    lacking = [service for service in case.manifest.services if not said(service).strip()]
    if said(case.manifest.governance).strip():
        yield from ((service.id, _at(service)) for service in lacking)
    elif lacking or not case.manifest.services:
        yield "this data", ("governance",)


def _at(service: Service) -> tuple[str, ...]:
    return ("services", service.id.partition(".")[2])
