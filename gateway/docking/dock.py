"""The life of connectors as people move it: submit, approve, promote, roll back, disable, enable, retire.

The one way in for the command line, the pages and the REST API. Each step checks who asks, moves the registry and is audited,
refusals too.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from connectors.drafts import UnchangedError
from connectors.manifest.model import Words
from connectors.registry import Registry
from connectors.revisions import OPEN, Approval, MoveRefused, Revision, State
from gateway.docking.actors import Actor, actor_of, require_keeper, require_operator
from gateway.docking.auditing import Step, audited, require_fit
from gateway.docking.policy import Policy, policy_of
from gateway.docking.result import Result
from gateway.docking.stages.compose import compose, draft_of
from gateway.docking.stages.review import missing, objection
from gateway.docking.submitting import Request, judge, keep, submission_of
from gateway.rooms import Rooms

Move = Callable[[], Awaitable[int]]
"""Gives the registry's revision after it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a revision stands after a step. ``registry_revision`` is set where what is served changed; ``missing`` are the needs
    that nobody has met; ``unchanged``: the same was served already."""

    revision: Revision
    policy: Policy
    results: tuple[Result, ...] = ()
    missing: tuple[str, ...] = ()
    registry_revision: int | None = None
    unchanged: bool = False

    @property
    def passed(self) -> bool:
        return all(result.passed for result in self.results)


class ObjectionsFound(MoveRefused):
    """A stage objects; ``results`` says what."""

    def __init__(self, message: str, results: tuple[Result, ...]) -> None:
        super().__init__(message)
        self.results = results


class Dock:
    """Of one store, under one policy."""

    def __init__(self, rooms: Rooms, policy: Policy) -> None:
        self._rooms = rooms
        self.policy = policy

    @classmethod
    async def open(cls, rooms: Rooms) -> Dock:
        return cls(rooms, await policy_of(rooms.settings, rooms.registry))

    @property
    def _registry(self) -> Registry:
        return self._rooms.registry

    async def submit(self, request: Request, by: str) -> Standing:
        """Judges, keeps and, where the policy asks for no review, publishes.

        Raises: ManifestRejected; MoveRefused. A draft that a stage objects to comes back as it stands, not raised.
        """
        actor = await self._actor(by)
        submission = submission_of(request, by, actor.account_id)
        manifest = submission.manifest
        step = Step("submitted", actor, manifest.id, manifest.department)
        async with audited(self._rooms.audit, step):
            require_keeper(actor, manifest.department, self.policy)
            require_fit("reason", request.accept_breaking)
            try:
                draft = await self._registry.drafts.submit(submission)
            except UnchangedError as unchanged:
                return await self._again(unchanged.held, actor, step)
            judged = await judge(request, manifest.id, await self._registry.current(), self._rooms)
            draft = await keep(self._rooms, draft, judged, request, self.policy, actor.account)
            step.moved(draft.version, "", draft.state.value)
            step.details["stages"] = [
                f"{r.stage} {'passed' if r.passed else 'failed'}" for r in judged.results
            ]
            if request.accept_breaking:
                step.says("accept_breaking", request.accept_breaking)
            if not judged.passed:
                step.outcome = "refused"
        if not judged.passed or self.policy.review:
            return await self._standing(draft, judged.results)
        return await self._publish(draft, actor, judged.results)

    async def approve(self, connector_id: str, by: str) -> Standing:
        """One person's word; the last one that is needed sends the revision on. Raises: MoveRefused."""
        actor = await self._actor(by)
        step = Step("approved", actor, connector_id)
        async with audited(self._rooms.audit, step):
            step.department = await self._registry.department_of(connector_id)
            draft = await self._on_its_way(connector_id)
            step.moved(draft.version, draft.state.value, draft.state.value)
            account = actor.account
            if account is None:
                raise MoveRefused(f"{by!r} is no login here; an approval needs one")
            given = await self._registry.drafts.approvals(draft.id)
            need, why_not = objection(draft, account, missing(draft, given))
            if why_not:
                raise MoveRefused(why_not)
            given = await self._registry.drafts.approve(draft.id, Approval(by, account.account_id, need, 0.0))
            step.says("need", need)
        if missing(draft, given):
            return await self._standing(draft)
        return await self._go_on(draft, actor)

    async def promote(self, connector_id: str, by: str) -> Standing:
        """The next step that stands open: from a canary to everybody; from a finished review to the canary. Raises: MoveRefused."""
        actor = await self._actor(by)
        draft = await self._registry.drafts.open(connector_id)
        if draft is not None and draft.state is State.CANARY:
            step = Step("promoted", actor, connector_id, draft.department)
            async with audited(self._rooms.audit, step):
                step.moved(draft.version, draft.state.value, State.PUBLISHED.value)
                require_keeper(actor, draft.department, self.policy)
            return await self._publish(draft, actor)
        async with audited(self._rooms.audit, Step("promoted", actor, connector_id)) as step:
            step.department = await self._registry.department_of(connector_id)
            draft = await self._on_its_way(connector_id)
            require_keeper(actor, step.department, self.policy)
            left = missing(draft, await self._registry.drafts.approvals(draft.id))
            if draft.state is not State.IN_REVIEW:
                raise MoveRefused(
                    f"{connector_id} {draft.version} is a draft that a stage objected to; submit it again"
                )
            if left and self.policy.review:
                raise MoveRefused(
                    f"{connector_id} {draft.version} still needs the word of: {', '.join(left)}"
                )
        return await self._go_on(draft, actor)

    async def rollback(self, connector_id: str, by: str, to: str | None = None) -> Standing:
        """Raises: MoveRefused, also where the former version does not compose with the others any more."""
        actor = await self._actor(by)
        async with audited(self._rooms.audit, Step("rolled_back", actor, connector_id)) as step:
            step.department = await self._registry.department_of(connector_id)
            require_keeper(actor, step.department, self.policy)
            target = await self._registry.former(connector_id, to)
            served = await self._served(connector_id)
            await self._require_composes(target)
            revision = await self._registry.rollback(connector_id, by, to)
            step.moved(target.version, served.version if served is not None else "retired", target.version)
        return await self._standing(await self._registry.drafts.get(target.id), registry_revision=revision)

    async def rollback_to(self, past: int, by: str) -> tuple[int, tuple[Revision, ...]]:
        """The registry's revision after it, and what is served then. Raises: MoveRefused."""
        actor = await self._actor(by)
        async with audited(self._rooms.audit, Step("rolled_back", actor, str(past))) as step:
            require_operator(actor, self.policy)
            before = await self._registry.revision()
            revision = await self._registry.rollback_to(past, by)
            step.details |= {"from": before, "to": revision, "snapshot": past}
        return revision, (await self._registry.current(content=False)).items

    async def disable(self, connector_id: str, notice: Words, by: str) -> Standing:
        """Raises: MoveRefused."""

        async def move() -> int:
            for text in (notice.zh, notice.en):
                require_fit("notice", text)
            if not notice.both.strip():
                raise MoveRefused("citizens have to be told why; give a notice")
            return await self._registry.disable(connector_id, notice, by)

        return await self._switched(connector_id, by, "disabled", {"notice": notice.both}, move)

    async def enable(self, connector_id: str, by: str) -> Standing:
        """Raises: MoveRefused."""

        async def move() -> int:
            return await self._registry.enable(connector_id, by)

        return await self._switched(connector_id, by, "enabled", {}, move)

    async def retire(self, connector_id: str, by: str) -> Standing:
        """Raises: MoveRefused."""

        async def move() -> int:
            return await self._registry.retire(connector_id, by)

        return await self._switched(connector_id, by, "retired", {}, move)

    async def _again(self, held: Revision, actor: Actor, step: Step) -> Standing:
        """The same content was handed in before: it stays where it is; what waits is published if nobody is asked any more."""
        step.moved(held.version, held.state.value, held.state.value)
        if held.state is not State.PUBLISHED and not self.policy.review:
            return await self._publish(held, actor)
        served = await self._registry.revision() if held.state is State.PUBLISHED else None
        return replace(await self._standing(held, registry_revision=served), unchanged=True)

    async def _switched(
        self, connector_id: str, by: str, action: str, words: dict[str, str], move: Move
    ) -> Standing:
        actor = await self._actor(by)
        async with audited(self._rooms.audit, Step(action, actor, connector_id)) as step:
            for name, text in words.items():
                step.says(name, text)
            step.department = await self._registry.department_of(connector_id)
            require_keeper(actor, step.department, self.policy)
            served = await self._served(connector_id)
            if served is None:
                raise MoveRefused(f"{connector_id} is not published")
            revision = await move()
            after = await self._registry.drafts.get(served.id)
            step.moved(served.version, served.state.value, after.state.value)
        return await self._standing(after, registry_revision=revision)

    async def _go_on(self, draft: Revision, actor: Actor) -> Standing:
        """From a finished review to the canary or, without one, to everybody."""
        if not self.policy.canary:
            return await self._publish(draft, actor)
        step = Step("canary_started", actor, draft.connector_id, draft.department)
        async with audited(self._rooms.audit, step):
            await self._require_composes(draft)
            revision = await self._registry.drafts.start_canary(draft.id)
            step.moved(draft.version, draft.state.value, State.CANARY.value)
            step.details["percent"] = self.policy.canary_percent
        return await self._standing(await self._registry.drafts.get(draft.id), registry_revision=revision)

    async def _publish(self, draft: Revision, actor: Actor, results: tuple[Result, ...] = ()) -> Standing:
        step = Step("published", actor, draft.connector_id, draft.department)
        async with audited(self._rooms.audit, step):
            if not results:
                await self._require_composes(draft)
            revision = await self._registry.publish_draft(draft.id, actor.name, draft.state)
            step.moved(draft.version, draft.state.value, State.PUBLISHED.value)
            step.details["review"] = self.policy.review
        return await self._standing(
            await self._registry.drafts.get(draft.id), results, registry_revision=revision
        )

    async def _require_composes(self, revision: Revision) -> None:
        """Others may have been published since it was judged. Raises: ObjectionsFound."""
        served = (await self._registry.current()).items
        result = await compose(draft_of(revision), revision.connector_id, served)
        if not result.passed:
            said = "; ".join(f.message for f in result.findings if f.severity == "error")
            raise ObjectionsFound(
                f"{revision.connector_id} {revision.version} does not compose with what is served now: {said}",
                (result,),
            )

    async def _actor(self, name: str) -> Actor:
        return await actor_of(name, self._rooms.auth.accounts)

    async def _served(self, connector_id: str) -> Revision | None:
        items = (await self._registry.current(content=False)).items
        return next((item for item in items if item.connector_id == connector_id), None)

    async def _on_its_way(self, connector_id: str) -> Revision:
        draft = await self._registry.drafts.open(connector_id)
        if draft is None or draft.state not in OPEN:
            raise MoveRefused(f"nothing of {connector_id} is on its way")
        return draft

    async def _standing(
        self, revision: Revision, results: tuple[Result, ...] = (), registry_revision: int | None = None
    ) -> Standing:
        given = await self._registry.drafts.approvals(revision.id)
        left = missing(revision, given) if revision.state in OPEN else ()
        return Standing(revision, self.policy, results, left, registry_revision)
