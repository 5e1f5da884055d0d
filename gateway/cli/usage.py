"""``tongban usage``: reports on recorded use, from the registry's services and the meter's roll-ups."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import click

from gateway.cli.options import data_option, format_option, open_database, settings_for

CHINA = timezone(timedelta(hours=8))
"""Days of the roll-ups are Asia/Shanghai's."""


@click.group()
def usage() -> None:
    """Reports on recorded use."""


@usage.command()
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), default=None, help="First day.  [default: 400 days back]"
)
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), default=None, help="Last day.  [default: today]")
@data_option
@format_option
def report(since: datetime | None, until: datetime | None, data: Path | None, output: str) -> None:
    """Calls, outcomes, latency and people by service, app and client; services never called included."""
    last = until.date() if until else datetime.now(CHINA).date()
    first = since.date() if since else last - timedelta(days=400)
    if first > last:
        raise click.UsageError(f"--since {first} is after --until {last}")
    click.echo(asyncio.run(_report(first, last, data, output)))


async def _report(first: date, last: date, data: Path | None, output: str) -> str:
    from connectors.manifest import parse_manifest
    from connectors.registry import Registry
    from tongban.clock import SystemClock
    from usage_metrics import as_json, as_text, usage_report

    database = open_database(settings_for(data))
    try:
        published = await Registry(database, SystemClock()).current()
        services = {
            service.id: service.title.zh or service.title.en
            for item in published.items
            for service in parse_manifest(item.manifest).services
        }
        rows = await usage_report(database, services, first, last)
    finally:
        await database.close()
    return as_json(rows, first, last).decode() if output == "json" else as_text(rows)
