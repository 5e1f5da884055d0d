"""``tongban connector``: the life of a connector, init, lint, check, publish, list, show, retire."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gateway.cli.connector_check import check, lint, read_draft
from gateway.cli.connector_init import init
from gateway.cli.findings import tell
from gateway.cli.options import data_option, format_option, open_database, print_json, settings_for

if TYPE_CHECKING:
    from storage.database import Database


@click.group()
def connector() -> None:
    """The life of a connector."""


connector.add_command(init)
connector.add_command(lint)
connector.add_command(check)


@connector.command()
@click.argument("manifest", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--endpoint", default=None, help="Base URL of the backend, instead of the manifest's own.")
@click.option("--as", "by", default="operator", show_default=True, help="Who publishes, for the record.")
@click.option("--replace", is_flag=True, help="Let this version's content change (scripts and the demo).")
@data_option
def publish(manifest: Path, endpoint: str | None, by: str, replace: bool, data: Path | None) -> None:
    """Publish MANIFEST with the description files beside it; running gateways take it over within a second.

    Exit 1 if the manifest has findings, or if its version was published with another content.
    """
    from connectors.judging import lint as judge

    findings = [each for each in judge(read_draft(manifest)).findings if each.severity == "error"]
    if findings:
        tell(findings, err=True)
        raise click.exceptions.Exit(1)
    revision = asyncio.run(_publish(manifest, endpoint, by, replace, data))
    click.echo(f"revision {revision}")


@connector.command("list")
@data_option
@format_option
def list_(data: Path | None, output: str) -> None:
    """Every published connector."""
    rows = asyncio.run(_published(data))
    if output == "json":
        print_json(rows)
        return
    for row in rows:
        click.echo(f"{row['id']:<24} {row['version']:<8} {row['endpoint'] or '':<28} {row['title']}")


@connector.command()
@click.argument("connector_id")
@data_option
def show(connector_id: str, data: Path | None) -> None:
    """Print the published manifest of CONNECTOR_ID."""
    for row in asyncio.run(_published(data)):
        if row["id"] == connector_id:
            click.echo(row["manifest"])
            return
    raise click.UsageError(f"no published connector {connector_id!r}; see `tongban connector list`")


@connector.command()
@click.argument("connector_id")
@click.option("--as", "by", default="operator", show_default=True, help="Who retires it, for the record.")
@data_option
def retire(connector_id: str, by: str, data: Path | None) -> None:
    """Take CONNECTOR_ID out of the graph; running gateways follow within a second."""
    click.echo(f"revision {asyncio.run(_retire(connector_id, by, data))}")


def _store(data: Path | None) -> Database:
    return open_database(settings_for(data))


async def _publish(manifest: Path, endpoint: str | None, by: str, replace: bool, data: Path | None) -> int:
    from connectors.registry import PublicationRefused, Registry
    from gateway.connector_files import read_connector
    from storage.migrations import upgrade
    from tongban.clock import SystemClock

    database = open_database(settings_for(data), must_exist=False)
    try:
        await upgrade(database)
        text, files = read_connector(manifest)
        return await Registry(database, SystemClock()).publish(text, files, endpoint, by, replace=replace)
    except PublicationRefused as refused:
        click.echo(str(refused), err=True)
        raise click.exceptions.Exit(1) from refused
    finally:
        await database.close()


async def _retire(connector_id: str, by: str, data: Path | None) -> int:
    from connectors.registry import PublicationRefused, Registry
    from tongban.clock import SystemClock

    database = _store(data)
    try:
        return await Registry(database, SystemClock()).retire(connector_id, by)
    except PublicationRefused as error:
        raise click.UsageError(f"no published connector {connector_id!r}") from error
    finally:
        await database.close()


async def _published(data: Path | None) -> list[dict[str, Any]]:
    from connectors.manifest import parse_manifest
    from connectors.registry import Registry
    from tongban.clock import SystemClock

    database = _store(data)
    try:
        current = await Registry(database, SystemClock()).current()
    finally:
        await database.close()
    return [
        {
            "id": item.connector_id,
            "version": item.version,
            "endpoint": item.endpoint,
            "title": parse_manifest(item.manifest).metadata.title.both,
            "manifest": item.manifest,
        }
        for item in current.items
    ]
