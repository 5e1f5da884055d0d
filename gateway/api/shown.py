"""What the REST API says of a connector, as JSON; the schemas of these shapes are in ``schemas.py``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from connectors.judging import Change, Draft, Grade
from connectors.revisions import Revision, State
from gateway.api.shelf import Held, Past
from gateway.docking.dock import Standing
from gateway.docking.telling import as_json, notice_json


def row(held: Held) -> dict[str, Any]:
    served, coming = held.served, held.coming
    title = held.manifest().metadata.title
    return {
        "id": held.id,
        "department": held.department,
        "title": {"zh": title.zh, "en": title.en},
        "version": served.version if served is not None else None,
        "state": served.state.value if served is not None else "new",
        "endpoint": held.steady.endpoint,
        "notice": notice_json(served) if served is not None else None,
        "draft": None if coming is None else _draft(held, coming),
    }


def whole(held: Held, past: Past, grade: Grade) -> dict[str, Any]:
    return {
        **row(held),
        "manifest": held.steady.manifest,
        "files": sorted(held.steady.files),
        "grade": grade.level,
        "revisions": [_revision(each) for each in past.revisions],
        "history": [
            {
                "registry_revision": line.revision,
                "action": line.action,
                "version": past.version(line.revision_id) or None,
                "by": line.by,
                "at": time_text(line.at_s),
            }
            for line in past.log
        ],
    }


def standing_json(standing: Standing) -> dict[str, Any]:
    return {**as_json(standing), "passed": standing.passed}


def grade_json(grade: Grade) -> dict[str, Any]:
    names = ("rule", "level", "message", "fix")
    unmet = [{name: getattr(each, name) for name in names} for each in grade.unmet]
    return {"grade": grade.level, "unmet": unmet}


def diff_json(before: Draft, after: Draft, changes: tuple[Change, ...], sdl: list[str]) -> dict[str, Any]:
    names = ("kind", "coordinate", "message", "fix")
    listed = [{name: getattr(each, name) for name in names} for each in changes]
    return {"from": before.file, "to": after.file, "changes": listed, "sdl": sdl}


def findings_of(revision: Revision) -> dict[str, Any]:
    stages = [dict(stage) for stage in revision.results]
    return {
        "version": revision.version,
        "state": revision.state.value,
        "stages": [{"stage": each["stage"], "passed": each["passed"]} for each in stages],
        "findings": [finding for each in stages for finding in each["findings"]],
    }


def time_text(epoch_s: float) -> str:
    return datetime.fromtimestamp(epoch_s, UTC).isoformat(timespec="seconds")


def _draft(held: Held, coming: Revision) -> dict[str, Any]:
    return {
        "version": coming.version,
        "state": coming.state.value,
        "submitted_by": coming.submitted_by,
        "submitted_at": time_text(coming.submitted_at_s),
        "needs": list(coming.needs),
        "missing": list(held.missing) if coming.state is State.IN_REVIEW else [],
    }


def _revision(revision: Revision) -> dict[str, Any]:
    return {
        "version": revision.version,
        "state": revision.state.value,
        "content_hash": revision.content_hash,
        "submitted_by": revision.submitted_by,
        "published_by": revision.published_by or None,
        "registry_revision": revision.revision or None,
    }
