"""``tongban serve``: a production gateway; with ``--supergraph`` or ``--subgraphs`` a plain federation gateway."""

from __future__ import annotations

import os
from dataclasses import fields
from pathlib import Path
from typing import Any

import click

from gateway.cli.options import CouldNot, data_option, require_free, settings_for
from tongban.settings import Settings, without_limits


@click.command()
@click.option("--host", default=None, help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=int, default=None, help="Port to listen on.  [default: 8000]")
@click.option("--workers", type=int, default=None, help="Gateway processes on this machine.  [default: 1]")
@click.option(
    "--config", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="A TOML file of settings."
)
@click.option(
    "--introspection", is_flag=True, default=None, help="Answer introspection and offer /schema.graphql."
)
@click.option(
    "--limits",
    type=click.Choice(["on", "off"]),
    default="on",
    help="off: no limits on documents and bodies; for trusted callers only.  [default: on]",
)
@click.option("--supergraph", metavar="FILE", help="Plain: serve this supergraph SDL.")
@click.option("--subgraphs", metavar="FILE.json", help='Plain: compose and serve [{"name","url","sdl"}].')
@click.option("--anonymous", is_flag=True, help="Plain: for anybody, without a login.")
@click.option("--issuer", metavar="URL", help="Plain: for bearer tokens of this issuer.")
@click.option("--audience", metavar="NAME", help="Plain: the audience that these tokens must carry.")
@click.option(
    "--connector",
    "connectors",
    metavar="MANIFEST",
    multiple=True,
    help="Plain: add the backend that this manifest describes (repeatable).",
)
@click.option(
    "--forward-header",
    "forward_headers",
    metavar="NAME",
    multiple=True,
    help="Plain: pass this header of the caller to backends (repeatable).",
)
@data_option
def serve(
    host: str | None,
    port: int | None,
    workers: int | None,
    config: Path | None,
    introspection: bool | None,
    limits: str,
    data: Path | None,
    **plain: Any,
) -> None:
    """Serve the published connectors, or a plain federation gateway. Other settings: `tongban config print`."""
    settings = settings_for(data, config, host=host, port=port, workers=workers, introspection=introspection)
    if limits == "off":
        settings = without_limits(settings)
    export(settings)
    if any(plain.values()):
        from gateway.cli.serve_plain import options_of, serve_plain

        serve_plain(options_of(**plain), settings)
    else:
        run_workers("gateway.app:from_environment", settings)


def run_workers(factory: str, settings: Settings) -> None:
    """Serves until stopped, in one process or several, each making its application from the environment."""
    import uvicorn

    from gateway.serving import server_options

    require_free(settings.host, settings.port)
    try:
        uvicorn.run(
            factory,
            factory=True,
            workers=settings.workers if settings.workers > 1 else None,
            loop="uvloop",
            **server_options(settings),
        )
    except OSError as error:
        raise CouldNot(str(error)) from error


def export(settings: Settings) -> None:
    """Worker processes read their settings from the environment."""
    for field in fields(Settings):
        value = getattr(settings, field.name)
        os.environ[f"TONGBAN_{field.name.upper()}"] = (
            ",".join(value) if isinstance(value, tuple) else str(value)
        )
