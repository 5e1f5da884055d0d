"""From a manifest to its channel: endpoint, TLS, credentials and limits put together, once, at opening."""

from __future__ import annotations

from connectors.channel import Channel
from connectors.credentials.table import Surroundings, credentials_of
from connectors.credentials.tls import tls_context
from connectors.manifest.findings import Finding, ManifestRejected
from connectors.manifest.model import Manifest
from connectors.ports import Secrets, TokenExchange
from connectors.transport import Transport
from tongban.clock import Clock


def open_channel(
    manifest: Manifest,
    *,
    endpoint: str | None,
    secrets: Secrets,
    tokens: TokenExchange,
    clock: Clock,
    transport: Transport,
) -> Channel:
    """``endpoint`` overrides the manifest's own (``production`` before ``sandbox``).

    Raises: ManifestRejected for a missing endpoint, an unknown secret, a PEM or a signature that can't be
    used.
    """
    backend = manifest.backend
    base = endpoint or backend.endpoints.get("production") or backend.endpoints.get("sandbox")
    if base is None:
        raise ManifestRejected(
            [_finding(manifest, "endpoints", "no endpoint is given", "sandbox: https://…")]
        )
    try:
        ssl = tls_context(backend.tls, secrets)
        around = Surroundings(base.rstrip("/"), secrets, tokens, clock, transport, ssl)
        return Channel(
            transport,
            base,
            credentials_of(manifest, around),
            clock=clock,
            limits=backend.limits,
            retry=backend.retry,
            breaker=backend.breaker,
            ssl=ssl,
            traced=backend.forwards_trace,
        )
    except KeyError as error:
        raise ManifestRejected([_finding(manifest, "auth", f"the secret {error} is unknown")]) from None
    except OSError as error:
        problem = f"the certificates can't be used ({type(error).__name__})"
        raise ManifestRejected([_finding(manifest, "tls", problem)]) from None
    except ValueError as error:
        raise ManifestRejected([_finding(manifest, "auth", str(error))]) from None


def _finding(manifest: Manifest, part: str, message: str, fix: str = "") -> Finding:
    place = ("backend", part) if ("backend", part) in manifest.places else ("backend",)
    line, column = manifest.places.get(place, (0, 0))
    return Finding(f"backend.{part}", "error", manifest.file, line, column, message, fix)
