"""``--connector MANIFEST``: backends that a manifest describes, beside the subgraphs of a plain gateway.

What a manifest says of levels and roles holds here too. Must never: open one that needs a login which only the full gateway has.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from connectors.connector import Connector
from connectors.manifest import Manifest, ManifestRejected, parse_manifest
from connectors.opening import open_connector
from connectors.ports import Secrets
from connectors.transport import Transport
from gateway.connector_files import read_connector
from gateway.plain.faults import PlainUnusable
from gateway.plain.listing import read_text
from tongban.caller import Caller
from tongban.clock import Clock
from tongban.errors import DepartmentFault, ErrorCode


class NoTokens:
    """Fills ``connectors.ports.TokenExchange``: nobody here mints tokens."""

    async def token_for(self, caller: Caller, audience: str, purpose: str, now_s: float) -> str:
        raise DepartmentFault(ErrorCode.BACKEND_AUTH, detail="no token exchange in a plain gateway")


def open_manifests(
    paths: Iterable[str], *, secrets: Secrets, clock: Clock, transport: Transport
) -> tuple[Connector, ...]:
    """Raises: PlainUnusable."""
    opened: dict[str, Connector] = {}
    for path in paths:
        connector = _opened(path, secrets, clock, transport)
        if connector.name in opened:
            raise PlainUnusable(f"{path}: {connector.manifest.id} is given twice")
        opened[connector.name] = connector
    return tuple(opened.values())


def _opened(path: str, secrets: Secrets, clock: Clock, transport: Transport) -> Connector:
    read_text(path)
    try:
        text, files = read_connector(Path(path))
        manifest = parse_manifest(text, base=files)
        _check_auth(path, manifest)
        return open_connector(
            manifest,
            files,
            endpoint=None,
            secrets=secrets,
            tokens=NoTokens(),
            clock=clock,
            transport=transport,
        )
    except ManifestRejected as rejected:
        raise PlainUnusable(f"{path}: {rejected}") from None
    except (OSError, ValueError) as error:
        raise PlainUnusable(f"{path}: {error}") from None


def _check_auth(path: str, manifest: Manifest) -> None:
    backend = manifest.backend
    if backend.forward is not None or any(auth.kind == "exchanged" for auth in backend.auth):
        raise PlainUnusable(
            f"{path}: {manifest.id} wants a token exchanged for the caller's, which only the full gateway makes; "
            "publish it there, or give it another kind of auth"
        )
