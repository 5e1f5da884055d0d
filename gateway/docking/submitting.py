"""From a manifest to a judged draft: the stages in their order, and what they found kept with the revision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from auth import Account
from connectors.drafts import Submission
from connectors.judging import Draft
from connectors.manifest import parse_manifest
from connectors.revisions import PublishedSet, Revision
from gateway.docking.policy import Policy, policy_of
from gateway.docking.result import Result
from gateway.docking.stages import judging
from gateway.docking.stages.compose import compose, draft_of
from gateway.docking.stages.impact import Impact, impact
from gateway.docking.stages.review import needs_of
from gateway.rooms import Rooms


@dataclass(frozen=True, slots=True)
class Request:
    """A manifest as a person hands it in. ``file`` is how findings call it."""

    text: str = field(repr=False)
    files: Mapping[str, bytes] = field(repr=False)
    endpoint: str | None = None
    file: str = "manifest"
    replace: bool = False
    accept_breaking: str = ""
    probe: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """``results`` in the order of the stages; ``governance``: a data steward has to look."""

    results: tuple[Result, ...]
    governance: bool = False

    @property
    def passed(self) -> bool:
        return all(result.passed for result in self.results)


def submission_of(request: Request, by: str, account_id: str) -> Submission:
    """Raises: ManifestRejected."""
    return Submission.of(
        request.text, request.files, request.endpoint, by, account_id, replace=request.replace
    )


async def judge(request: Request, connector_id: str, served: PublishedSet, rooms: Rooms) -> Judged:
    """Lint first: what it refuses can't be judged further. The others run each to its end, so that all is told at once."""
    draft = Draft(request.text, request.files, request.endpoint, request.file)
    policy = await policy_of(rooms.settings, rooms.registry)
    linted = await judging.lint(draft, reviewed=policy.review)
    if not linted.passed:
        return Judged((linted,))
    old = next((each for each in served.items if each.connector_id == connector_id), None)
    results = [linted, await compose(draft, connector_id, served.items), await judging.contract(draft)]
    if request.probe:
        results.append(await judging.probe(draft, rooms))
    weighed: Impact = await impact(
        draft_of(old) if old is not None else None,
        draft,
        rooms.database,
        rooms.clock.epoch_s(),
        request.accept_breaking,
    )
    return Judged((*results, weighed.result), weighed.governance)


async def keep(
    rooms: Rooms, draft: Revision, judged: Judged, request: Request, policy: Policy, account: Account | None
) -> Revision:
    """A draft that passed goes into review with its needs; one that did not stays a draft with its objections."""
    needs: tuple[str, ...] = ()
    if policy.review and judged.passed and account is not None:
        manifest = parse_manifest(draft.manifest, base=draft.files)
        needs = needs_of(manifest, account, first=draft.base is None, governance=judged.governance)
    return await rooms.registry.drafts.judged(
        draft.id,
        [result.to_json() for result in judged.results],
        needs=needs,
        accepted_breaking=request.accept_breaking,
        passed=judged.passed,
    )
