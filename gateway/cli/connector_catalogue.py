"""``tongban connector catalogue``: what data there is, whose it is, who may have it and who uses it."""

from __future__ import annotations

import asyncio
import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gateway.cli.options import data_option, open_database, print_json, settings_for

if TYPE_CHECKING:
    from gateway.data_catalogue import DataCatalogue

_COLUMNS = (
    "attribute", "type", "department", "department_name", "owners", "units", "legal_bases", "classification", "sharing",
    "purposes", "freshness", "connector", "version", "services", "consumers", "people_a_day",
)  # fmt: skip


@click.command()
@click.option(
    "--format", "output", type=click.Choice(["text", "json", "csv"]), default="text", help="JSON has the operations too."
)  # fmt: skip
@data_option
def catalogue(output: str, data: Path | None) -> None:
    """Each field of the graph with its department, unit, class, sharing, freshness and consumers (400 days), from what is
    published now."""
    found = asyncio.run(_catalogue(data))
    if output == "json":
        print_json(found.to_json())
    elif output == "csv":
        _write(found)
    else:
        _tell(found)
    for name in found.unreadable:
        click.echo(f"{name} is published and cannot be opened: nothing is told of it", err=True)


async def _catalogue(data: Path | None) -> DataCatalogue:
    from connectors.registry import Registry
    from gateway.data_catalogue import data_catalogue
    from tongban.clock import SystemClock

    clock, database = SystemClock(), open_database(settings_for(data))
    try:
        return await data_catalogue(Registry(database, clock), database, clock.epoch_s())
    finally:
        await database.close()


def _tell(found: DataCatalogue) -> None:
    for entry in found.entries:
        held = entry.attribute
        apps = sorted({each.app for each in entry.consumers})
        used = f"{', '.join(apps)} ({entry.people_a_day} people a day)" if apps else "nobody"
        click.echo(
            f"{held.coordinate:<44} {held.classification} {held.sharing:<13} {held.freshness:<6} "
            f"{held.department:<9} {', '.join(held.units)}; used by {used}"
        )
    departments = {entry.attribute.department for entry in found.entries}
    click.echo(f"{len(found.entries)} attributes of {len(departments)} departments", err=True)


def _write(found: DataCatalogue) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for row in found.to_json()["attributes"]:
        row["consumers"] = [_consumer(each) for each in row["consumers"]]
        writer.writerow([_cell(row[name]) for name in _COLUMNS])


def _consumer(held: dict[str, Any]) -> str:
    return " ".join(str(held[name]) for name in ("app", "client_name", "client_version") if held[name])


def _cell(value: Any) -> str:
    """What a spreadsheet would run as a formula begins with an apostrophe."""
    text = "; ".join(map(str, value)) if isinstance(value, list) else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
