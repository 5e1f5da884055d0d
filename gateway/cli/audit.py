"""``tongban audit``: the append-only log, for auditors."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from gateway.cli.options import data_option, open_database, settings_for


@click.group()
def audit() -> None:
    """The audit log."""


@audit.command()
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True, help="FILE.ndjson"
)
@data_option
def export(output: Path, data: Path | None) -> None:
    """Write every entry as one JSON object a line."""
    click.echo(f"{asyncio.run(_export(output, data))} entries", err=True)


async def _export(output: Path, data: Path | None) -> int:
    from storage.audit import AuditLog
    from tongban.clock import SystemClock

    database = open_database(settings_for(data))
    written = 0
    try:
        with output.open("w", encoding="utf-8") as file:
            async for line in AuditLog(database, SystemClock()).export_ndjson():
                file.write(line if line.endswith("\n") else line + "\n")
                written += 1
    finally:
        await database.close()
    return written
