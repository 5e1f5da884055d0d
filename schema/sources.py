"""What the platform's types are resolved from: plain values that know where to look further.

Must never: be made for a person whom the caller may not ask about; ``query.py`` and ``platform.py`` see to
that.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from connectors.entries import DepartmentEntry, ServiceEntry
from schema.catalogue import CatalogueIndex, CurrentIndex
from schema.matter_log import MatterLog
from schema.matter_record import MatterRecord
from tongban.caller import Caller, Person


@dataclass(frozen=True, slots=True)
class Ports:
    """What the platform's part of the graph reaches for: the catalogue as it stands now, and the matters."""

    index: CurrentIndex
    matters: MatterLog


@dataclass(frozen=True, slots=True)
class DepartmentSource:
    """A department, in the catalogue it was found in."""

    entry: DepartmentEntry
    index: CatalogueIndex


@dataclass(frozen=True, slots=True)
class ServiceSource:
    """A service, in the catalogue it was found in."""

    entry: ServiceEntry
    index: CatalogueIndex


@dataclass(frozen=True, slots=True)
class MatterSource:
    """A matter that the caller may see."""

    record: MatterRecord
    ports: Ports


@dataclass(frozen=True, slots=True)
class EnterpriseSource:
    """A firm the caller may act for: its key only, departments know the rest."""

    credit_code: str


@dataclass(frozen=True, slots=True)
class CitizenSource:
    """A person whom the caller may ask about."""

    person: Person
    ports: Ports
    enterprises: tuple[str, ...] = field(default=(), repr=False)


def citizen_source(caller: Caller, person: Person, ports: Ports) -> CitizenSource:
    """The caller's firms hang on the caller alone, not on wards."""
    is_self = caller.person is not None and caller.person.person_id == person.person_id
    return CitizenSource(person, ports, caller.enterprises if is_self else ())
