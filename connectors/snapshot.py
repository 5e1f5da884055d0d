"""Everything the gateway knows of the connectors at one moment, frozen: requests in flight keep the one they began with.

Must never: change. A registration makes a new snapshot.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from connectors.connector import Connector
from connectors.entries import DepartmentEntry, ServiceEntry
from connectors.manifest.model import Manifest, Words

ASSURANCE: Mapping[str, int] = MappingProxyType({"L1": 0, "L2": 1, "L3": 2, "L4": 3})
"""The assurance level that a class demands by itself (TRUST: classes)."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """``revision`` is the registry's. ``by_coordinate``: ``Type.field`` → the service's id."""

    revision: int
    connectors: Mapping[str, Connector] = field(repr=False)
    """By connector id."""
    services: Mapping[str, ServiceEntry]
    by_coordinate: Mapping[str, str]
    departments: Mapping[str, DepartmentEntry]


def snapshot_of(revision: int, connectors: Iterable[Connector]) -> Snapshot:
    """Raises: ValueError where two connectors claim the same coordinate or the same service id."""
    by_id = {connector.manifest.id: connector for connector in connectors}
    services: dict[str, ServiceEntry] = {}
    by_coordinate: dict[str, str] = {}
    departments: dict[str, DepartmentEntry] = {}
    for connector in by_id.values():
        manifest = connector.manifest
        code, name = manifest.department, manifest.metadata.department.name
        departments.setdefault(code, DepartmentEntry(code, name.zh, name.en))
        for entry in service_entries(manifest):
            if entry.id in services:
                raise ValueError(f"the service {entry.id} is listed by two connectors")
            services[entry.id] = entry
            for coordinate in entry.coordinates:
                holder = by_coordinate.setdefault(coordinate, entry.id)
                if holder != entry.id:
                    raise ValueError(f"{coordinate} belongs to {holder} and to {entry.id}")
    return Snapshot(
        revision,
        MappingProxyType(by_id),
        MappingProxyType(services),
        MappingProxyType(by_coordinate),
        MappingProxyType(departments),
    )


def service_entries(manifest: Manifest) -> tuple[ServiceEntry, ...]:
    """A manifest's services. The level is the service's own word, else what its class demands; where the class is the
    manifest's default, the manifest's own level may raise it."""
    found = []
    for service in manifest.services:
        title: Words = service.title
        assurance = service.assurance
        if assurance is None:
            assurance = ASSURANCE[service.classification]
            said = manifest.governance.assurance
            if said is not None and service.classification == manifest.governance.classification:
                assurance = max(assurance, said)
        found.append(
            ServiceEntry(
                id=service.id,
                department=manifest.department,
                connector=manifest.id,
                title_zh=title.zh,
                title_en=title.en,
                kind=service.kind,
                classification=service.classification,
                assurance=assurance,
                promised_minutes=service.promised_minutes,
                roles=service.roles,
                purposes=service.purposes,
                coordinates=service.coordinates,
                responsible_unit=service.responsible_unit,
            )
        )
    return tuple(found)


def level_of(manifest: Manifest) -> int:
    """The level that a manifest demands for its data as a whole."""
    return max(ASSURANCE[manifest.governance.classification], manifest.governance.assurance or 0)
