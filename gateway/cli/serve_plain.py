"""``tongban serve`` in its plain modes: what the options mean together, and serving without a database or data directory."""

from __future__ import annotations

import os
import re
import socket
import sys
from urllib.parse import urlsplit

import click
import uvicorn
import uvloop

from federation import Objection
from gateway.cli.options import CouldNot
from gateway.cli.serve import run_workers
from gateway.plain import Objected, PlainGateway, PlainOptions, PlainUnusable
from gateway.plain.app import VARIABLE
from gateway.plain.options import OWN_HEADERS
from gateway.serving import server_options
from tongban.settings import Settings

_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
"""RFC 9110 §5.1: a field name is a token."""
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def options_of(
    *,
    supergraph: str | None,
    subgraphs: str | None,
    anonymous: bool,
    issuer: str | None,
    audience: str | None,
    connectors: tuple[str, ...],
    forward_headers: tuple[str, ...],
) -> PlainOptions:
    """Raises click.UsageError for options that do not fit together."""
    if supergraph is not None and subgraphs is not None:
        raise click.UsageError("Give --supergraph or --subgraphs, not both.")
    if supergraph is None and subgraphs is None and not connectors:
        raise click.UsageError("Say what to serve: --supergraph FILE or --subgraphs FILE.json.")
    if anonymous == (issuer is not None):
        raise click.UsageError("Say who may ask: either --anonymous, or --issuer URL and --audience NAME.")
    if (issuer is None) != (audience is None):
        raise click.UsageError("--issuer URL and --audience NAME go together.")
    if issuer is not None:
        _check_issuer(issuer)
    return PlainOptions(
        supergraph, subgraphs, connectors, issuer, audience, tuple(map(_header, forward_headers))
    )


def _check_issuer(issuer: str) -> None:
    parts = urlsplit(issuer)
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme != "http" or parts.hostname not in _LOOPBACK:
        raise click.UsageError(f"--issuer {issuer}: an https address is needed (http on loopback only).")


def _header(name: str) -> str:
    if not _HEADER.fullmatch(name):
        raise click.UsageError(f"--forward-header {name!r} is no header's name.")
    if name.lower() in OWN_HEADERS:
        raise click.UsageError(f"--forward-header {name}: this header belongs to each connection or message.")
    return name.lower()


def serve_plain(options: PlainOptions, settings: Settings) -> None:
    """Until stopped. Exit status 1 for objections; raises CouldNot."""
    gateway = PlainGateway(options, settings)
    try:
        if settings.workers > 1:
            uvloop.run(_try(gateway))
            os.environ[VARIABLE] = options.to_json()
            run_workers("gateway.plain.app:from_environment", settings)
        else:
            uvloop.run(_serve(gateway, settings))
    except PlainUnusable as unusable:
        raise CouldNot(str(unusable)) from None
    except Objected as objected:
        click.echo("\n".join(map(_worded, objected.objections)), err=True)
        raise click.exceptions.Exit(1) from None
    except KeyboardInterrupt:
        raise click.exceptions.Exit(130) from None


def _worded(objection: Objection) -> str:
    """One line: where, what, and what to do."""
    where = f"{', '.join(objection.subgraphs)}:{objection.line}:{objection.column}"
    fix = f" ({objection.fix})" if objection.fix else ""
    return f"{where}: {objection.severity.value} {objection.code}: {objection.message}{fix}"


async def _try(gateway: PlainGateway) -> None:
    """What is wrong with the files is said once, before any worker starts."""
    await gateway.open()
    await gateway.close()


async def _serve(gateway: PlainGateway, settings: Settings) -> None:
    with _listening(settings) as listening:
        await gateway.open()
        try:
            config = uvicorn.Config(gateway, lifespan="off", loop="none", **server_options(settings))
            await _AnnouncedServer(config).serve(sockets=[listening])
        finally:
            await gateway.close()


def _listening(settings: Settings) -> socket.socket:
    """Bound before anything is asked of anybody. Raises CouldNot."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    made = socket.socket(family)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((settings.host, settings.port))
    except (OSError, OverflowError) as error:
        made.close()
        raise CouldNot(f"cannot listen on {settings.host}:{settings.port}: {error}") from None
    return made


class _AnnouncedServer(uvicorn.Server):
    """Says on standard output when requests are taken, and where."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and sockets:
            host, port = sockets[0].getsockname()[:2]
            click.echo(f"ready http://{f'[{host}]' if ':' in host else host}:{port}")
            sys.stdout.flush()
