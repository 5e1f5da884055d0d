"""A connector on the bench: opened over recorded answers, composed with the platform stub. Sends nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from connectors.backend import Backend
from connectors.connector import Connector
from connectors.judging.engine import Compiled, Engine, engine_for
from connectors.judging.model import Draft
from connectors.judging.opened import open_draft
from connectors.judging.quiet import quiet, without_credentials
from connectors.judging.replay import Named, Replaying, Tape
from connectors.judging.stub import not_alone
from connectors.judging.writing import writing_of
from connectors.manifest import Finding, Manifest
from federation import CompositionFailed, ExecutionResult
from tongban.clock import FakeClock


@dataclass(frozen=True, slots=True)
class Bench:
    """``close`` it when done."""

    manifest: Manifest
    connector: Connector
    engine: Engine
    transport: Replaying

    async def run(self, compiled: Compiled, tape: Tape) -> ExecutionResult:
        """One run over ``tape``."""
        self.transport.tape = tape
        return await compiled.run()

    async def close(self) -> None:
        await self.connector.close()
        await self.transport.close()


def open_bench(
    draft: Draft, around: Callable[[Backend], Backend] = Named
) -> tuple[Bench | None, tuple[Finding, ...]]:
    """The bench, or the errors why there is none. What is ``around`` the backend tells its operations, as Named does."""
    transport = Replaying(FakeClock())
    opened = open_draft(
        draft,
        transport=transport,
        around=around,
        adjust=lambda manifest: without_credentials(quiet(manifest)),
    )
    if opened.connector is None or opened.manifest is None:
        return None, tuple(found for found in opened.findings if found.severity == "error")
    transport.writing = writing_of(opened.manifest, draft)
    try:
        engine = engine_for(opened.connector)
    except CompositionFailed as failed:
        return None, not_alone(opened.manifest, failed)
    return Bench(opened.manifest, opened.connector, engine, transport), ()
