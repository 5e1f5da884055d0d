"""A canary stops by itself: written into the registry, where every gateway sees it, and into the audit log."""

from __future__ import annotations

from typing import Protocol

import structlog

from connectors.registry import Registry
from storage.audit import AuditEntry, AuditLog

log = structlog.get_logger("tongban.docking")


class Stopped(Protocol):
    """What is stopped, and why (``gateway.trial.Trial``)."""

    @property
    def revision_id(self) -> int: ...
    @property
    def connector_id(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def department(self) -> str: ...
    @property
    def stopped(self) -> str: ...


async def stop(registry: Registry, audit: AuditLog, trial: Stopped) -> bool:
    """True for the process that was first to say so."""
    finding = {
        "code": "canary.worse",
        "severity": "error",
        "file": "",
        "line": 0,
        "column": 0,
        "message": f"The canary was stopped: {trial.stopped}.",
        "fix": "mend the connector or its backend, then submit it again",
    }
    first = await registry.drafts.stop_canary(
        trial.revision_id, {"stage": "canary", "passed": False, "findings": [finding]}
    )
    if first:
        log.warning(
            "canary stopped", connector=trial.connector_id, version=trial.version, reason=trial.stopped
        )
        await audit.record(
            AuditEntry(
                "connector.canary_stopped",
                subject="system",
                object_kind="connector",
                object_id=trial.connector_id,
                department=trial.department,
                details={
                    "version": trial.version,
                    "from": "canary",
                    "to": "draft",
                    "reason": trial.stopped,
                },
            )
        )
    return first
