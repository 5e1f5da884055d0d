"""The platform schema's catalogue, filled from the snapshot in force."""

from __future__ import annotations

from connectors.snapshot import Snapshot
from schema.catalogue import DepartmentEntry, ServiceEntry


class CurrentCatalogue:
    """Fills ``schema.catalogue.Catalogue``; the sequences are replaced, never altered."""

    def __init__(self) -> None:
        self.services: tuple[ServiceEntry, ...] = ()
        self.departments: tuple[DepartmentEntry, ...] = ()

    def show(self, snapshot: Snapshot) -> None:
        self.services = tuple(
            ServiceEntry(
                id=entry.id,
                department=entry.department,
                title_zh=entry.title_zh,
                title_en=entry.title_en,
                kind=entry.kind,
                classification=entry.classification,
                assurance=entry.assurance,
                promised_minutes=entry.promised_minutes,
                roles=tuple(entry.roles),
                responsible_unit=entry.responsible_unit,
            )
            for entry in snapshot.services.values()
        )
        self.departments = tuple(
            DepartmentEntry(code=each.code, name_zh=each.name_zh, name_en=each.name_en)
            for each in snapshot.departments.values()
        )
