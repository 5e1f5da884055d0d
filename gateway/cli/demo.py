"""``tongban demo``: the main job on the embedded default. The only command that knows the province."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import click

from gateway.cli.options import CouldNot, data_option, settings_for


@click.command()
@click.option("--port", type=int, default=None, help="Port of the gateway on 127.0.0.1.  [default: 8000]")
@data_option
@click.option(
    "--history/--no-history",
    default=True,
    help="Seed a usage history for the evaluators' reports (none is carried yet; both start with an empty meter).",
)
def demo(port: int | None, data: Path | None, history: bool) -> None:  # noqa: ARG001 (accepted now, filled by the evaluators' issue)
    """Run the whole thing on this machine: the gateway, 26 simulated backends, seeded logins.

    Prints the addresses, sample logins and a sample query, then one line `ready http://127.0.0.1:PORT`.
    Ctrl-C stops all of it. Everything a script needs stands in DIR/demo.json.
    """
    settings = replace(
        settings_for(data, port=port),
        host="127.0.0.1",
        egress_allow=("127.0.0.0/8",),
        graphiql=True,
        introspection=True,
    )
    try:
        import uvloop

        from gateway.reference import run

        uvloop.run(run(settings))
    except ModuleNotFoundError as error:
        raise CouldNot(
            f"the reference deployment needs the extra packages: pip install 'tongban[demo]' ({error.name})"
        ) from None
    except OSError as error:
        raise CouldNot(str(error)) from error
    except KeyboardInterrupt:
        sys.exit(0)
