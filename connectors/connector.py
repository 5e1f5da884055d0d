"""An opened connector: one department backend as a subgraph, with its manifest and the state of its cases.

Must never: outlive its ``close``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from connectors.backend import Backend
from connectors.expressions import compile_path
from connectors.health import HealthPoller
from connectors.manifest import Finding, Manifest
from connectors.mapping.calls import Round, Site
from connectors.mapping.envelope import Judge, Verdict
from connectors.quality import DataQuality
from connectors.traffic import Traffic
from connectors.traffic.kept import KeptAnswers
from federation.subgraph import EventSource, FetchContext, PlannedFetch, PreparedFetch, Subgraph, events_of
from tongban.clock import Clock


class MatterStates(Protocol):
    """How a case's state is asked for."""

    async def __call__(self, number: str, context: FetchContext) -> str | None: ...


class Connector:
    """Fills ``federation.Subgraph``. ``traffic``, ``answers`` and ``health``
    are for meters and pages (``health`` None: the manifest tells no way; whoever wants it looked at starts it)."""

    def __init__(
        self,
        manifest: Manifest,
        subgraph: Subgraph,
        *,
        findings: Callable[[], tuple[Finding, ...]],
        quality: DataQuality,
        traffic: Traffic,
        matter_states: MatterStates | None,
        close: Callable[[], Awaitable[None]],
        answers: KeptAnswers[Verdict] | None = None,
        health: HealthPoller | None = None,
    ) -> None:
        self.manifest = manifest
        self._findings = findings
        self.quality = quality
        self.traffic = traffic
        self.answers = answers
        self.health = health
        self._subgraph = subgraph
        self._matter_states = matter_states
        self._close = close

    @property
    def name(self) -> str:
        return self._subgraph.name

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The warnings that opening left, looked up when they are asked for: the gateway never does."""
        return self._findings()

    @property
    def department(self) -> str:
        """Its code; errors are put down to it."""
        return self.manifest.department

    @property
    def sdl(self) -> str:
        return self._subgraph.sdl

    def prepare(self, fetch: PlannedFetch) -> PreparedFetch:
        return self._subgraph.prepare(fetch)

    def prepare_events(self, fetch: PlannedFetch) -> EventSource:
        """Raises: NotStreaming."""
        return events_of(self._subgraph, fetch)

    async def matter_state(self, number: str, context: FetchContext) -> str | None:
        """``SUBMITTED``, ``ACCEPTED``, ``SUPPLEMENT``, ``DECIDED`` or ``DELIVERED``; None if the manifest tells no way, the
        department knows no such case, or it did not answer usably."""
        if self._matter_states is None:
            return None
        return await self._matter_states(number, context)

    async def close(self) -> None:
        if self.health is not None:
            await self.health.stop()
        await self._close()


def matter_states(manifest: Manifest, backend: Backend, clock: Clock) -> MatterStates | None:
    """The manifest's ``matters``, compiled; None without."""
    matters = manifest.matters
    if matters is None:
        return None
    site = Site(matters.call, writes=False)
    site.seal(backend)
    judge = Judge(manifest.envelope)
    state = compile_path(matters.state)

    async def ask(number: str, context: FetchContext) -> str | None:
        verdict: Verdict = await Round(judge, clock, {}, context).ask(site, {"args": {"number": number}})
        if verdict.problem is not None or verdict.absent:
            return None
        found = state(verdict.data)
        return matters.enum.get(str(found), matters.otherwise) if found is not None else matters.otherwise

    return ask
