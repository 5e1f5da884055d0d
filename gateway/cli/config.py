"""``tongban config``: every setting with where its value came from."""

from __future__ import annotations

import os
import re
from pathlib import Path

import click

from gateway.cli.options import format_option, print_json
from tongban.settings import BadSettings, Sourced, load

file_option = click.option(
    "--config",
    "file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A TOML file of settings.",
)


@click.group()
def config() -> None:
    """Show and judge the settings."""


def _shown(setting: Sourced) -> str:
    """The value, without the password of a URL."""
    return re.sub(r"(://[^:/@]*:)[^@/]*@", r"\1***@", str(setting.value))


@config.command("print")
@file_option
@format_option
def print_(file: Path | None, output: str) -> None:
    """Print each setting, its value, where it came from and what it means."""
    try:
        _, sourced = load(os.environ, file)
    except BadSettings as error:
        raise click.UsageError(str(error)) from error
    if output == "json":
        print_json([{"name": s.name, "value": _shown(s), "source": s.source, "doc": s.doc} for s in sourced])
        return
    for s in sourced:
        click.echo(f"{s.name} = {_shown(s):<24}  # {s.source}: {s.doc}")


@config.command()
@file_option
def check(file: Path | None) -> None:
    """Exit 0 if the settings are known and fit, 1 with the objection otherwise."""
    try:
        load(os.environ, file)
    except BadSettings as error:
        click.echo(str(error), err=True)
        raise click.exceptions.Exit(1) from error
    click.echo("ok", err=True)
