"""The catalogue of data of what is published: attributes and operations of every connector, with who uses them.

Computed from the published set each time it is asked for, so it changes with each registration.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from connectors.catalogue import Attribute, attributes
from connectors.judging.opened import open_draft
from connectors.manifest import Manifest
from connectors.manifest.model import Service
from connectors.registry import Registry
from connectors.revisions import Revision
from gateway.docking.stages.compose import draft_of
from storage.database import Database
from usage_metrics import people
from usage_metrics.consumers import Consumer, consumers
from usage_metrics.hits import LOOKED_BACK_DAYS, first_day, people_a_day


@dataclass(frozen=True, slots=True)
class Entry:
    """An attribute and its recorded use of 400 days; ``people_a_day`` is at most so many, ``<10`` under ten."""

    attribute: Attribute
    consumers: tuple[Consumer, ...]
    people_a_day: str


@dataclass(frozen=True, slots=True)
class DataCatalogue:
    """``unreadable``: connectors that are published and cannot be opened any more, of which nothing can be told."""

    revision: int
    entries: tuple[Entry, ...]
    operations: tuple[dict[str, Any], ...]
    unreadable: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "registry_revision": self.revision,
            "days": LOOKED_BACK_DAYS,
            "attributes": [attribute_json(entry) for entry in self.entries],
            "operations": list(self.operations),
            "unreadable": list(self.unreadable),
        }


async def data_catalogue(registry: Registry, database: Database, now_s: float) -> DataCatalogue:
    """Of everything that is published, disabled connectors too."""
    published = await registry.current()
    found, operations, unreadable = await asyncio.to_thread(_read, published.items)
    since = first_day(now_s)
    used = await consumers(database, since)
    met: dict[tuple[Any, Any], str] = {}
    entries = []
    for attribute in found:
        by = used.get(attribute.coordinate, ())
        asked = (attribute.services, frozenset(each.client for each in by))
        if asked not in met:
            met[asked] = people.shown(await people_a_day(database, asked[0], asked[1], since))
        entries.append(Entry(attribute, by, met[asked]))
    return DataCatalogue(published.revision, tuple(entries), operations, unreadable)


def _read(
    items: Iterable[Revision],
) -> tuple[list[Attribute], tuple[dict[str, Any], ...], tuple[str, ...]]:
    found: list[Attribute] = []
    operations: list[dict[str, Any]] = []
    unreadable: list[str] = []
    for item in items:
        opened = open_draft(draft_of(item))
        if opened.connector is None:
            unreadable.append(item.connector_id)
            continue
        manifest = opened.connector.manifest
        found += attributes(manifest, opened.connector.sdl)
        operations += _operations(manifest)
    found.sort(key=lambda each: (each.coordinate, each.connector))
    return found, tuple(operations), tuple(unreadable)


def _operations(manifest: Manifest) -> Iterator[dict[str, Any]]:
    """The list of powers and duties: an entry for each service."""
    for service in manifest.services:
        yield {
            "service": service.id,
            "title": service.title.both,
            "kind": service.kind,
            "coordinates": list(service.coordinates),
            "connector": manifest.id,
            "department": manifest.department,
            "unit": service.responsible_unit,
            "legal_basis": service.legal_basis,
            "legal_days": service.legal_days,
            "promised": _promised(service),
        }


def _promised(service: Service) -> str:
    """A lookup is answered at once."""
    if service.promised_minutes:
        return f"{service.promised_minutes} min"
    if service.kind == "transaction" and service.promised_days is not None:
        return f"{service.promised_days} working days"
    return "at once"


def attribute_json(entry: Entry) -> dict[str, Any]:
    held = entry.attribute
    return {
        "attribute": held.coordinate,
        "type": held.type,
        "department": held.department,
        "department_name": held.department_name.both,
        "owners": list(held.owners),
        "units": list(held.units),
        "legal_bases": list(held.legal_bases),
        "classification": held.classification,
        "sharing": held.sharing,
        "purposes": list(held.purposes),
        "freshness": held.freshness,
        "connector": held.connector,
        "version": held.version,
        "services": list(held.services),
        "consumers": [
            {
                "app": each.app,
                "client_name": each.client_name,
                "client_version": each.client_version,
                "calls": each.calls,
            }
            for each in entry.consumers
        ],
        "people_a_day": entry.people_a_day,
    }
