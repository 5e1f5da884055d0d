"""Administration: accounts, signing keys, migrations."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from gateway.cli.options import data_option, open_database, settings_for
from tongban.caller import Role

LEAST_PASSWORD = 8
"""Characters; NIST SP 800-63B §5.1.1.2."""


@click.group()
def user() -> None:
    """Accounts."""


@user.command()
@click.argument("login")
@click.option(
    "--role", "roles", multiple=True, type=click.Choice([r.value for r in Role]), default=[Role.CITIZEN.value]
)
@click.option(
    "--level", type=click.IntRange(1, 3), default=1, show_default=True, help="Highest assurance level."
)
@click.option("--department", default=None, help="Code of the department that the account works for.")
@click.password_option()
@data_option
def add(
    login: str, roles: tuple[str, ...], level: int, department: str | None, password: str, data: Path | None
) -> None:
    """Add an account without a person behind it (staff). The password is asked for, or --password."""
    if not login.strip():
        raise click.UsageError("LOGIN is empty")
    if len(password) < LEAST_PASSWORD:
        raise click.UsageError(f"a password of {LEAST_PASSWORD} or more characters expected")
    asyncio.run(_add(login, roles, level, department, password, data))
    click.echo(f"added {login}", err=True)


async def _add(
    login: str, roles: tuple[str, ...], level: int, department: str | None, password: str, data: Path | None
) -> None:
    from auth.accounts import Accounts, NewAccount
    from storage.migrations import upgrade
    from storage.sealed import Sealed
    from tongban.clock import SystemClock
    from tongban.errors import CallerFault

    settings = settings_for(data)
    database = open_database(settings, must_exist=False)
    try:
        await upgrade(database)
        accounts = Accounts(database, Sealed.open(settings.data_dir), SystemClock())
        wanted = frozenset(Role(role) for role in roles)
        await accounts.add(NewAccount(login, password, wanted, level, department=department))
    except CallerFault as error:
        raise click.UsageError(str(error)) from error
    finally:
        await database.close()


@click.group()
def keys() -> None:
    """Signing keys."""


@keys.command()
@data_option
def rotate(data: Path | None) -> None:
    """Make a new signing key, in use at once; the old one stays published until its tokens have expired."""
    click.echo(asyncio.run(_rotate(data)))


async def _rotate(data: Path | None) -> str:
    from auth.keys import Keys
    from storage.sealed import Sealed
    from tongban.clock import SystemClock

    settings = settings_for(data)
    database = open_database(settings)
    try:
        signing = Keys(database, Sealed.open(settings.data_dir), SystemClock())
        await signing.load()
        return await signing.rotate()
    finally:
        await database.close()


@click.group()
def db() -> None:
    """The database's migrations."""


@db.command("upgrade")
@data_option
def upgrade_(data: Path | None) -> None:
    """Bring the database to the newest revision."""
    click.echo(asyncio.run(_upgrade(data)))


async def _upgrade(data: Path | None) -> str:
    from storage.migrations import head, upgrade

    database = open_database(settings_for(data), must_exist=False)
    try:
        await upgrade(database)
        return head()
    finally:
        await database.close()
