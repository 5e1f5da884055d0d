"""The platform schema's catalogue, filled from the snapshot in force."""

from __future__ import annotations

from connectors.entries import DepartmentEntry, ServiceEntry
from connectors.snapshot import Snapshot


class CurrentCatalogue:
    """Fills ``schema.catalogue.Catalogue``; the sequences are replaced, never altered."""

    def __init__(self) -> None:
        self.services: tuple[ServiceEntry, ...] = ()
        self.departments: tuple[DepartmentEntry, ...] = ()

    def show(self, snapshot: Snapshot) -> None:
        self.services = tuple(snapshot.services.values())
        self.departments = tuple(snapshot.departments.values())
