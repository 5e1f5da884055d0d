"""``tongban serve``: a production gateway."""

from __future__ import annotations

import os
from dataclasses import fields
from pathlib import Path

import click

from gateway.cli.options import CouldNot, data_option, require_free, settings_for
from tongban.settings import Settings


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
@data_option
def serve(
    host: str | None,
    port: int | None,
    workers: int | None,
    config: Path | None,
    introspection: bool | None,
    data: Path | None,
) -> None:
    """Serve the published connectors. Other settings: `tongban config print`."""
    import uvicorn

    settings = settings_for(data, config, host=host, port=port, workers=workers, introspection=introspection)
    require_free(settings.host, settings.port)
    _export(settings)
    try:
        uvicorn.run(
            "gateway.app:from_environment",
            factory=True,
            host=settings.host,
            port=settings.port,
            workers=settings.workers if settings.workers > 1 else None,
            loop="uvloop",
            http="httptools",
            log_level=settings.log_level,
            access_log=False,
            log_config=None,  # its own handler would print the words of exceptions
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=int(settings.request_deadline_s) + 1,
        )
    except OSError as error:
        raise CouldNot(str(error)) from error


def _export(settings: Settings) -> None:
    """Worker processes read their settings from the environment."""
    for field in fields(Settings):
        value = getattr(settings, field.name)
        os.environ[f"TONGBAN_{field.name.upper()}"] = (
            ",".join(value) if isinstance(value, tuple) else str(value)
        )
