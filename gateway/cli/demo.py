"""``tongban demo``: the main job on the embedded default. The only command that knows the province."""

from __future__ import annotations

import fcntl
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click

from gateway.cli.options import CouldNot, data_option, require_free, settings_for


@click.command()
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=None,
    help="Port of the gateway on 127.0.0.1.  [default: 8000]",
)
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
    require_free(settings.host, settings.port)
    try:
        import uvloop

        from gateway.reference import run

        with _alone_in(settings.data_dir):
            uvloop.run(run(settings))
    except ModuleNotFoundError as error:
        raise CouldNot(
            f"the reference deployment needs the extra packages: pip install 'tongban[demo]' ({error.name})"
        ) from None
    except OSError as error:
        raise CouldNot(str(error)) from error
    except KeyboardInterrupt:
        sys.exit(0)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Two demos in one folder would take each other's backends; the lock goes with the process, however it ends."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CouldNot(f"another demo is running in {folder}; choose another --data") from None
        yield
