"""Options and small manners that commands share."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tongban.settings import BadSettings, Settings, load

if TYPE_CHECKING:
    from storage.database import Database

F = TypeVar("F", bound=Callable[..., Any])


class CouldNot(Exception):
    """The command could not do it: a file, server or database is missing or failed. Exit status 3."""


def data_option(function: F) -> F:
    return click.option(
        "--data",
        type=click.Path(path_type=Path, file_okay=False),
        default=None,
        help="Folder of the embedded database, keys and secrets.  [default: ./tongban-data]",
    )(function)


def format_option(function: F) -> F:
    return click.option(
        "--format",
        "output",
        type=click.Choice(["text", "json"]),
        default="text",
        help="One JSON document, or text.",
    )(function)


def settings_for(data: Path | None = None, config: Path | None = None, **overrides: Any) -> Settings:
    """Settings of this invocation. Raises click.UsageError for what does not fit."""
    try:
        settings, _ = load(os.environ, config, data_dir=data, **overrides)
    except BadSettings as error:
        raise click.UsageError(str(error)) from error
    return settings


def open_database(settings: Settings, *, must_exist: bool = True) -> Database:
    """Raises CouldNot if the embedded database isn't there although it has to be, or the URL is none of ours."""
    from storage.database import Database, sqlite_url

    if settings.database_url:
        try:
            return Database(settings.database_url)
        except ImportError as error:
            raise CouldNot(
                "database_url asks for a driver that is not installed; write postgresql+asyncpg://… or "
                f"sqlite+aiosqlite:///… ({error.name})"
            ) from None
    if must_exist and not (settings.data_dir / "tongban.db").exists():
        raise CouldNot(
            f"no database in {settings.data_dir}; run `tongban demo` or `tongban db upgrade` there first"
        )
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Database(sqlite_url(settings.data_dir))


def require_free(host: str, port: int) -> None:
    """Asked before anything is started for it. Raises CouldNot if something else listens there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        raise CouldNot(f"cannot listen on {host}:{port} ({error.strerror}); choose another --port") from error


def print_json(value: object) -> None:
    import orjson

    click.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2, default=str).decode())
