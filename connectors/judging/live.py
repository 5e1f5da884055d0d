"""A draft opened on its sandbox: the real connector, the real engine, every answer watched."""

from __future__ import annotations

from dataclasses import dataclass, replace

from connectors.backend import Backend
from connectors.channel import Channel
from connectors.channel_opening import open_channel
from connectors.connector import Connector
from connectors.judging.engine import Engine, engine_for
from connectors.judging.model import Draft
from connectors.judging.opened import Unlogged
from connectors.judging.quiet import quiet
from connectors.judging.stub import not_alone
from connectors.judging.watching import Watched
from connectors.manifest import Manifest, ManifestRejected, parse_manifest
from connectors.opening import open_connector
from connectors.ports import Secrets, TokenExchange
from connectors.transport import Transport
from federation import CompositionFailed
from tongban.caller import Caller
from tongban.clock import Clock


@dataclass(frozen=True, slots=True)
class Ground:
    """What a probe stands on. ``endpoint`` is the sandbox's; production is never probed."""

    draft: Draft
    manifest: Manifest
    endpoint: str
    secrets: Secrets
    tokens: TokenExchange
    clock: Clock
    transport: Transport


@dataclass(frozen=True, slots=True)
class Live:
    """``close`` it when done."""

    connector: Connector
    engine: Engine
    watched: Watched

    async def close(self) -> None:
        await self.connector.close()


def ground_for(
    draft: Draft, secrets: Secrets, tokens: TokenExchange, clock: Clock, transport: Transport
) -> Ground | None:
    """None without an address to probe: the draft's own, else the manifest's sandbox.

    Raises: ManifestRejected.
    """
    manifest = parse_manifest(draft.text, file=draft.file, base=draft.files)
    endpoint = draft.endpoint or manifest.backend.endpoints.get("sandbox")
    if endpoint is None:
        return None
    return Ground(draft, manifest, endpoint, secrets, tokens, clock, transport)


def open_live(ground: Ground) -> Live:
    """Raises: ManifestRejected, for a secret that is unknown, too."""
    held: list[Watched] = []

    def watch(backend: Backend) -> Backend:
        held.append(Watched(backend))
        return held[0]

    connector = open_connector(
        quiet(ground.manifest),
        ground.draft.files,
        endpoint=ground.endpoint,
        secrets=ground.secrets,
        tokens=ground.tokens,
        clock=ground.clock,
        transport=ground.transport,
        quality=Unlogged(),
        around=watch,
    )
    try:
        return Live(connector, engine_for(connector), held[0])
    except CompositionFailed as failed:
        raise ManifestRejected(not_alone(ground.manifest, failed)) from None


def channel_of(ground: Ground) -> Channel:
    """Raises: ManifestRejected."""
    return open_channel(
        quiet(ground.manifest),
        endpoint=ground.endpoint,
        secrets=ground.secrets,
        tokens=ground.tokens,
        clock=ground.clock,
        transport=ground.transport,
    )


def with_bad_credentials(ground: Ground) -> Ground:
    """The same, with secrets and tokens that are none. Names, ids and certificates stay: what is tested is the proof."""
    proofs = frozenset(_proofs(ground.manifest))
    return replace(ground, secrets=_BadSecrets(ground.secrets, proofs), tokens=_BadTokens())


def _proofs(manifest: Manifest) -> list[str]:
    names = ("value", "password", "token", "clientSecret", "secret")
    return [
        str(auth.options[name]) for auth in manifest.backend.auth for name in names if name in auth.options
    ]


@dataclass(frozen=True, slots=True)
class _BadSecrets:
    good: Secrets
    proofs: frozenset[str]

    def get(self, reference: str) -> str:
        held = self.good.get(reference)
        return "tongban-probe-bad-credential" if reference in self.proofs else held


class _BadTokens:
    async def token_for(self, caller: Caller, audience: str, purpose: str, now_s: float) -> str:
        del caller, audience, purpose, now_s
        return "tongban-probe.bad.token"
