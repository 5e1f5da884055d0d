"""``tongban plan``: how an operation would be fetched, as text or JSON, without fetching anything."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gateway.cli.options import CouldNot, data_option, format_option, print_json, settings_for

if TYPE_CHECKING:
    from federation import Supergraph


@click.command()
@click.argument("operation", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--name", default=None, help="Which operation of the document, if it holds several.")
@data_option
@format_option
def plan(operation: Path, name: str | None, data: Path | None, output: str) -> None:
    """Print the query plan of the operation in file OPERATION over the published connectors."""
    from graphql import GraphQLError, parse, validate

    from federation import plan as plan_operation
    from tongban.errors import CallerFault

    supergraph = asyncio.run(_supergraph(data))
    try:
        document = parse(operation.read_text("utf-8"))
    except UnicodeDecodeError as error:
        raise CouldNot(f"{operation}: not UTF-8: {error.reason}") from error
    except GraphQLError as error:
        click.echo(f"{operation}: {error}", err=True)
        raise click.exceptions.Exit(1) from error
    errors = validate(supergraph.api_schema, document)
    if errors:
        click.echo("\n\n".join(str(error) for error in errors), err=True)
        raise click.exceptions.Exit(1)
    try:
        planned = plan_operation(supergraph, document, name)
    except CallerFault as error:
        raise click.UsageError(f"{operation}: {error}") from error
    if output == "json":
        print_json({"plan": planned.to_json(), "fetches": planned.fetches, "waves": planned.waves})
    else:
        click.echo(planned.text())
        click.echo(f"{planned.fetches} fetches in {planned.waves} waves", err=True)


async def _supergraph(data: Path | None) -> Supergraph:
    from gateway.current import CurrentGeneration
    from gateway.logs import set_up
    from gateway.rooms import open_rooms
    from tongban.clock import SystemClock

    settings = settings_for(data)
    set_up("error")
    if not settings.database_url and not (settings.data_dir / "tongban.db").exists():
        raise CouldNot(
            f"no database in {settings.data_dir}; run `tongban demo` or publish connectors there first"
        )
    rooms = await open_rooms(settings, SystemClock())
    try:
        current = CurrentGeneration(rooms)
        await current.refresh()
        if current.now is None:
            raise CouldNot(current.status.problem or "nothing is published")
        return current.now.supergraph
    finally:
        await rooms.close()
