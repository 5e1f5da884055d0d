"""``tongban plan``: how an operation would be fetched, as text or JSON, without fetching anything."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gateway.cli.options import CouldNot, data_option, format_option, print_json, settings_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphql import GraphQLError

    from federation import Supergraph
    from tongban.errors import ErrorCode


@click.command()
@click.argument("operation", type=click.Path(path_type=Path))
@click.option(
    "--supergraph", metavar="FILE", help="Over this supergraph SDL.  [default: the published connectors]"
)
@click.option("--name", default=None, help="Which operation of the document, if it holds several.")
@data_option
@format_option
def plan(operation: Path, supergraph: str | None, name: str | None, data: Path | None, output: str) -> None:
    """Print the query plan of the operation in file OPERATION over a supergraph SDL or the published connectors."""
    from graphql import GraphQLError, parse

    from federation import InvalidSubscription, NoOperation, PlanBudgetExceeded, Unplannable, validate
    from federation import plan as plan_operation
    from tongban.errors import ErrorCode

    text = _read(operation)
    graph = _of_file(supergraph) if supergraph is not None else asyncio.run(_published(data))
    try:
        document = parse(text)
    except GraphQLError as error:
        raise _refused(operation, [error], ErrorCode.GRAPHQL_PARSE_FAILED, output) from error
    errors = validate(graph.api_schema, document)
    if errors:
        raise _refused(operation, errors, ErrorCode.GRAPHQL_VALIDATION_FAILED, output)
    try:
        planned = plan_operation(graph, document, name, deferring=frozenset())
    except NoOperation as error:
        raise click.UsageError(f"{operation}: {error}") from error
    except (InvalidSubscription, Unplannable, PlanBudgetExceeded) as error:
        raise _refused(operation, [GraphQLError(str(error))], error.code, output) from None
    if output == "json":
        print_json({"plan": planned.to_json(), "fetches": planned.fetches, "waves": planned.waves})
    else:
        click.echo(planned.text())
        click.echo(f"{planned.fetches} fetches in {planned.waves} waves", err=True)


def _refused(
    operation: Path, errors: Sequence[GraphQLError], code: ErrorCode, output: str
) -> click.exceptions.Exit:
    """Says why there is no plan: people on standard error, programs in the one JSON document."""
    if output == "json":
        told = [{**error.formatted, "extensions": {"code": code.name}} for error in errors]
        print_json({"plan": None, "fetches": 0, "waves": 0, "errors": told})
    else:
        click.echo("\n\n".join(f"{operation}: {error}" for error in errors), err=True)
    return click.exceptions.Exit(1)


def _read(operation: Path) -> str:
    try:
        return operation.read_text("utf-8")
    except OSError as error:
        raise CouldNot(f"{operation} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise CouldNot(f"{operation}: not UTF-8: {error.reason}") from None


def _of_file(path: str) -> Supergraph:
    from federation import InvalidSupergraph, load_supergraph

    try:
        return load_supergraph(Path(path).read_text("utf-8-sig"))
    except OSError as error:
        raise CouldNot(f"{path} cannot be read: {error.strerror}") from None
    except (InvalidSupergraph, UnicodeDecodeError) as error:
        raise CouldNot(f"{path} is no supergraph: {error}") from None


async def _published(data: Path | None) -> Supergraph:
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
