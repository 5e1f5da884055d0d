"""Where a revision stands and what comes next: as sentences for people and as JSON for machines."""

from __future__ import annotations

from typing import Any

from connectors.revisions import Revision, State
from gateway.docking.dock import Standing
from gateway.docking.stages.review import WORDS


def sentences(standing: Standing) -> list[str]:
    """Plain words; the first says where it stands, the last what comes next."""
    revision, name = standing.revision, f"{standing.revision.connector_id} {standing.revision.version}"
    if standing.unchanged and revision.state is State.PUBLISHED:
        return [f"{name} is published already, with the same content."]
    match revision.state:
        case State.PUBLISHED:
            return [f"{name} is published; running gateways take it over within a second."]
        case State.DISABLED:
            return [
                f"{name} is disabled: its fields are null, with this notice: {_notice(revision)}",
                f"Next: tongban connector enable {revision.connector_id}",
            ]
        case State.RETIRED:
            return [
                f"{name} is out of the graph.",
                f"To have it back: tongban connector rollback {revision.connector_id}",
            ]
        case State.CANARY:
            return [
                f"{name} is tried on {standing.policy.canary_percent:g} % of sessions; it stops by itself if it fails more, is slower or "
                "gives more nulls than what is served.",
                f"Next, when you are content: tongban connector promote {revision.connector_id} --as LOGIN",
            ]
        case State.IN_REVIEW if standing.missing:
            asked = [f"  - {WORDS[need]}" for need in standing.missing]
            return [
                f"{name} passed its stages and is in review. It needs the word of:",
                *asked,
                f"Next: tongban connector approve {revision.connector_id} --as LOGIN (not by {revision.submitted_by}, who submitted it)",
            ]
        case State.IN_REVIEW:
            return [
                f"{name} passed its review.",
                f"Next: tongban connector promote {revision.connector_id} --as LOGIN",
            ]
        case State.DRAFT:
            return [
                f"{name} is a draft; nothing of it is in the graph.",
                "Next: mend what the findings say and publish it again.",
            ]
        case _:
            return [f"{name} is {revision.state.value}."]


def as_json(standing: Standing) -> dict[str, Any]:
    revision, policy = standing.revision, standing.policy
    stages = [result.to_json() for result in standing.results]
    return {
        "connector": revision.connector_id,
        "version": revision.version,
        "state": revision.state.value,
        "registry_revision": standing.registry_revision,
        "unchanged": standing.unchanged,
        "policy": {
            "review": policy.review,
            "canary_percent": policy.canary_percent if policy.canary else 0,
            "source": policy.source,
        },
        "needs": list(revision.needs),
        "missing": list(standing.missing),
        "notice": notice_json(revision),
        "stages": stages,
        "findings": [finding for stage in stages for finding in stage["findings"]],
        "words": sentences(standing),
    }


def notice_json(revision: Revision) -> dict[str, str] | None:
    notice = revision.notice
    return None if notice is None else {"zh": notice.zh, "en": notice.en}


def _notice(revision: Revision) -> str:
    return revision.notice.both if revision.notice is not None else ""
