"""The command line. ``--help`` stays fast: a command's module is imported when the command is called, not before.

Exit status: 0 done, 1 objections found, 2 wrong usage, 3 could not do it (docs/commands.md).
"""

from __future__ import annotations

import importlib
import sys

import click

COMMANDS = {
    "demo": ("gateway.cli.demo:demo", "Run the reference deployment: gateway, 26 backends, logins."),
    "serve": ("gateway.cli.serve:serve", "Run the gateway."),
    "compose": ("gateway.cli.compose:compose", "One supergraph SDL out of many subgraphs, or objections."),
    "plan": ("gateway.cli.plan:plan", "Print the query plan of an operation."),
    "connector": (
        "gateway.cli.connector:connector",
        "The life of a connector, from init to retire.",
    ),
    "usage": ("gateway.cli.usage:usage", "Reports on recorded use."),
    "audit": ("gateway.cli.audit:audit", "The audit log."),
    "config": ("gateway.cli.config:config", "Show and judge the settings."),
    "user": ("gateway.cli.admin:user", "Accounts."),
    "keys": ("gateway.cli.admin:keys", "Signing keys."),
    "db": ("gateway.cli.admin:db", "The database's migrations."),
}
"""Name → where it lives, and its line in ``tongban --help``."""


class _OnDemand(click.Group):
    """A group whose commands are imported when called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=_OnDemand, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tongban", message="tongban %(version)s")
def cli() -> None:
    """Tongban (通办): one GraphQL endpoint in front of every department, behind one login."""


def main() -> None:
    """The console script: a failure is one sentence on standard error and exit status 3."""
    from gateway.cli.options import CouldNot

    try:
        # click hands back the status of an Exit that a command raised, and None from one that ran to its end
        sys.exit(cli.main(standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        sys.exit(2 if isinstance(error, click.UsageError) else 3)
    except click.Abort:
        sys.exit(130)
    except CouldNot as error:
        click.echo(f"tongban: {error}", err=True)
        sys.exit(3)
    except Exception as error:
        if not (reason := _failed_outside(error)):
            raise
        click.echo(f"tongban: {reason}", err=True)
        sys.exit(3)


def _failed_outside(error: Exception) -> str:
    """A sentence if a file, a server or the database failed; nothing if it is a mistake of ours."""
    from asyncpg import PostgresError
    from sqlalchemy.exc import DBAPIError, SQLAlchemyError

    if isinstance(error, DBAPIError):
        return f"the database failed: {error.orig}"
    if isinstance(error, SQLAlchemyError | PostgresError):
        return f"the database failed: {str(error).splitlines()[0]}"
    return str(error) if isinstance(error, OSError) else ""
