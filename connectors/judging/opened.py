"""A draft opened as the gateway would open it, without secrets, and without anything being sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from connectors.backend import Backend
from connectors.connector import Connector
from connectors.judging.model import Draft
from connectors.manifest import Finding, Manifest, ManifestRejected, parse_manifest
from connectors.manifest.model import Tls
from connectors.opening import open_connector
from connectors.quality import DataQuality, Kind, QualityFinding
from connectors.transport import Transport
from tongban.caller import Caller
from tongban.clock import Clock, FakeClock

NOWHERE = "http://127.0.0.1:9"
"""An endpoint for drafts without one: lint and contract send nothing."""


@dataclass(frozen=True, slots=True)
class Opened:
    """As far as opening got. Without ``connector`` some finding is an error."""

    findings: tuple[Finding, ...]
    manifest: Manifest | None = None
    backend: Backend | None = None
    connector: Connector | None = None


class AnySecret:
    """A secret under every reference: who judges a draft has none of the department's."""

    def get(self, reference: str) -> str:
        del reference
        return "judging"


class NoTokens:
    """Fills ``connectors.ports.TokenExchange``; nobody is asked."""

    async def token_for(self, caller: Caller, audience: str, purpose: str, now_s: float) -> str:
        del caller, audience, purpose, now_s
        return "judging"


class Unlogged(DataQuality):
    """Values of tests that do not fit are told in findings, not in the log."""

    def count(self, connector: str, coordinate: str, kind: Kind = "unfit", rule: str = "type") -> None:
        self._seen[QualityFinding(connector, coordinate, kind, rule)] += 1


def open_draft(
    draft: Draft,
    *,
    transport: Transport | None = None,
    around: Callable[[Backend], Backend] | None = None,
    adjust: Callable[[Manifest], Manifest] = lambda manifest: manifest,
) -> Opened:
    """``transport``, ``around``: what stands between the draft and a backend; ``adjust`` changes the manifest that is
    opened. Certificates are left out: they are secrets. ``manifest`` is the one that was written.
    """
    try:
        manifest = parse_manifest(draft.text, file=draft.file, base=draft.files)
    except ManifestRejected as rejected:
        return Opened(rejected.findings)
    held: list[Backend] = []

    def hold(backend: Backend) -> Backend:
        held.append(backend)
        return around(backend) if around is not None else backend

    clock: Clock = FakeClock()
    bare = replace(manifest, backend=replace(manifest.backend, tls=Tls()))
    try:
        connector = open_connector(
            adjust(bare),
            draft.files,
            endpoint=draft.endpoint or (None if manifest.backend.endpoints else NOWHERE),
            secrets=AnySecret(),
            tokens=NoTokens(),
            clock=clock,
            transport=transport or Transport(clock=clock),
            quality=Unlogged(),
            around=hold,
        )
    except ManifestRejected as rejected:
        told = tuple(found for backend in held for found in backend.findings)
        return Opened((*rejected.findings, *told), manifest, held[0] if held else None)
    return Opened(connector.findings, manifest, held[0], connector)
