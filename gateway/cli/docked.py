"""What the commands of a connector's life share: the open house, who asks, how a refusal is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from gateway.cli.options import open_database, print_json, settings_for

if TYPE_CHECKING:
    from gateway.docking.dock import Dock, Standing
    from gateway.rooms import Rooms

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")


def as_option(function: F) -> F:
    return click.option(
        "--as",
        "by",
        metavar="LOGIN",
        default="operator",
        show_default=True,
        help="Who does it; where a review is asked for, a login.",
    )(function)


@asynccontextmanager
async def house(data: Path | None, *, must_exist: bool = True) -> AsyncIterator[Rooms]:
    """Raises: CouldNot without a database where there has to be one."""
    from gateway.logs import set_up
    from gateway.rooms import open_rooms
    from tongban.clock import SystemClock

    settings = settings_for(data)
    set_up("error")
    await open_database(settings, must_exist=must_exist).close()
    rooms = await open_rooms(settings, SystemClock())
    try:
        yield rooms
    finally:
        await rooms.close()


def docked(data: Path | None, work: Callable[[Dock], Awaitable[T]], *, must_exist: bool = True) -> T:
    """Exit 1 with the reason if the dock refuses, 2 for a connector that nobody knows."""
    from connectors.revisions import MoveRefused, UnknownConnector
    from gateway.docking.dock import Dock

    async def run() -> T:
        async with house(data, must_exist=must_exist) as rooms:
            return await work(await Dock.open(rooms))

    try:
        return asyncio.run(run())
    except UnknownConnector as unknown:
        raise click.UsageError(f"{unknown}; see `tongban connector list`") from unknown
    except MoveRefused as refused:
        click.echo(str(refused), err=True)
        raise click.exceptions.Exit(1) from refused


def tell_standing(standing: Standing, output: str) -> None:
    """On standard output; exit 1 where a stage objected."""
    from gateway.cli.findings import tell
    from gateway.docking.telling import as_json, sentences

    if output == "json":
        print_json(as_json(standing))
    else:
        for result in standing.results:
            tell(result.findings, err=True)
        if standing.registry_revision is not None:
            click.echo(f"revision {standing.registry_revision}")
        for sentence in sentences(standing):
            click.echo(sentence, err=not standing.passed)
    if not standing.passed:
        raise click.exceptions.Exit(1)
