"""Calls in one run: prepared once per operation, sent at most once for equal inputs, judged by the envelope.

Must never: share a write, send what lacks the citizen it needs, or let an exception through.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from connectors.backend import (
    Backend,
    BackendTimeout,
    BackendUnreachable,
    CallSpec,
    PreparedCall,
    ValueUnusable,
)
from connectors.expressions import slots_in
from connectors.expressions.slots import slot_getter
from connectors.manifest.runtime import Cache
from connectors.mapping.envelope import Judge, Problem, Verdict
from connectors.mapping.keeping import call_seal, key_of, of_same_subject
from connectors.traffic.kept import KeptAnswers
from connectors.traffic.retries import Retries
from federation.subgraph import FetchContext, FetchError, IssuedNumber
from tongban.clock import Clock
from tongban.errors import ErrorCode

Values = dict[str, Any]
SubjectOf = Callable[[FetchContext], Awaitable[str | None]]
"""The caller's pairwise subject at the department."""

NO_CITIZEN = Verdict(
    problem=Problem(ErrorCode.FORBIDDEN, detail="the call needs a verified citizen", not_sent=True)
)
NO_AUTHORITY = Verdict(
    problem=Problem(ErrorCode.FORBIDDEN, detail="the caller does not act for this firm", not_sent=True)
)


async def nobody(_context: FetchContext) -> str | None:
    """Where a department gets no tokens, the caller has no subject there."""
    return None


def unusable(error: ValueUnusable) -> Problem:
    """An argument that cannot be sent."""
    return Problem(ErrorCode.BAD_USER_INPUT, detail=str(error), not_sent=True)


class Site:
    """One call of a prepared fetch. Fields with the same call have the same site."""

    __slots__ = (
        "_getters",
        "_keyed",
        "_spec",
        "name",
        "needs_person",
        "needs_subject",
        "prepared",
        "rule",
        "seal_of_answers",
        "wanted",
        "writes",
    )

    def __init__(self, spec: CallSpec, writes: bool, keyed: bool = False, rule: Cache | None = None) -> None:
        """``keyed``: a write that carries an idempotency key may be sent again. ``rule``: how answers are kept."""
        slots = list(dict.fromkeys(slots_in((spec.params, spec.body, spec.headers))))
        self.name = spec.operation
        self.writes = writes
        self.wanted: set[tuple[str, ...]] = set()
        self.prepared: PreparedCall | None = None
        self._spec = spec
        self._keyed = keyed
        self.rule = rule
        self.seal_of_answers = b""
        self.needs_subject = any(slot.scope == "citizen" and slot.path == ("sub",) for slot in slots)
        self.needs_person = any(slot.scope == "citizen" for slot in slots)
        self._getters = tuple(slot_getter(slot) for slot in slots if slot.scope not in ("citizen", "request"))

    @property
    def repeatable(self) -> bool:
        return not self.writes or self._keyed

    def seal(self, backend: Backend) -> None:
        spec = replace(self._spec, repeatable=self.repeatable)
        self.prepared = backend.prepare(spec, frozenset(self.wanted))
        if self.rule is not None:
            self.seal_of_answers = call_seal(self._spec, sorted(self.wanted))

    def inputs(self, values: Values) -> bytes:
        """What tells two sendings of one run apart (the citizen and the request are the same all
        through a run).
        """
        found = [get(values) for get in self._getters]
        return orjson.dumps(found, default=str, option=orjson.OPT_NON_STR_KEYS)


class Sites:
    """The sites of one prepared fetch, while it is compiled."""

    def __init__(self) -> None:
        self._sites: dict[str, Site] = {}
        self._count = 0

    def site(
        self, spec: CallSpec, writes: bool = False, keyed: bool = False, rule: Cache | None = None
    ) -> Site:
        key = repr((spec, rule))
        if writes:
            self._count += 1
            key = f"{self._count}!{key}"
        if key not in self._sites:
            self._sites[key] = Site(spec, writes, keyed, rule)
        return self._sites[key]

    def seal(self, backend: Backend) -> None:
        for site in self._sites.values():
            site.seal(backend)


@dataclass(frozen=True, slots=True)
class Broken:
    """A problem and the place it leaves empty: the object it would have stood in, and the response key
    (None: all of it).
    """

    holder: Any
    key: str | None
    problem: Problem


MOST_WAIT_S = 86_400.0
"""For an answer that others fetch, where the caller has no deadline."""
MAX_ITEMS = 50_000
"""Of all lists read in one run."""


class TooMuch(Exception):
    """The answer's lists have more items than anybody would read."""


@dataclass(slots=True)
class Round:
    """One run: its variables, its context, what has been asked already, and what went wrong."""

    judge: Judge
    clock: Clock
    variables: Mapping[str, Any]
    context: FetchContext
    answers: KeptAnswers[Verdict] | None = None
    retries: Retries | None = None
    subject_of: SubjectOf = nobody
    broken: list[Broken] = field(default_factory=list)
    issued: list[IssuedNumber] = field(default_factory=list)
    absent: list[Any] = field(default_factory=list)
    waiting: dict[Any, list[tuple[Any, Any]]] = field(default_factory=dict)
    number: Any = field(default=None, repr=False)
    items: int = 0
    base: Values = field(default_factory=dict, repr=False)
    _asked: dict[tuple[Site, bytes], asyncio.Future[Verdict]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        context, person = self.context, self.context.caller.person
        if person is not None:
            self.base["citizen"] = {"cid": person.cid, "name": person.name, "mobile": person.mobile}
        now = self.clock.now().isoformat(timespec="seconds")
        self.base["request"] = {"id": context.request_id, "key": context.idempotency_key, "now": now}

    async def ask(self, site: Site, values: Values) -> Verdict:
        """Sends, or waits for the same sending."""
        if site.needs_person and self.context.caller.person is None:
            return NO_CITIZEN
        values = {**self.base, **values}
        if site.writes:
            return await self._send(site, values, self.context)
        key = (site, site.inputs(values))
        waiting = self._asked.get(key)
        if waiting is not None:
            return await asyncio.shield(waiting)
        future: asyncio.Future[Verdict] = asyncio.get_running_loop().create_future()
        self._asked[key] = future
        try:
            verdict = await self._kept_or_sent(site, values, key[1])
        except BaseException:
            future.cancel()
            raise
        if not future.done():
            future.set_result(verdict)
        return verdict

    async def _kept_or_sent(self, site: Site, values: Values, inputs: bytes) -> Verdict:
        context, rule = self.context, site.rule
        key = None if rule is None else key_of(site.seal_of_answers, inputs, rule, context)
        if self.answers is None or rule is None or key is None:
            return await self._send(site, values, context)
        # others may wait for the same answer: this caller's deadline is not theirs
        unhurried = replace(context, deadline_s=float("inf"))
        try:
            async with asyncio.timeout(
                max(0.0, min(MOST_WAIT_S, context.deadline_s - self.clock.monotonic_s()))
            ):
                return await self.answers.get(key, rule, lambda: self._send(site, values, unhurried))
        except TimeoutError:
            return self.judge.judge_failure(BackendTimeout("no answer within the deadline"))

    async def _send(self, site: Site, values: Values, context: FetchContext) -> Verdict:
        """Once, or as often as a rule of the envelope (``retry``) and the backend's ``retry`` allow."""
        number = 1
        if self.retries is not None:
            self.retries.begin()
        verdict = await self._once(site, values, context)
        while self.retries is not None and site.repeatable and _goes_again(verdict):
            assert verdict.problem is not None
            wait_s = self.retries.again_s(verdict.problem.retry_after_s, number)
            if wait_s is None or self.clock.monotonic_s() + wait_s >= context.deadline_s:
                break
            self.retries.spend()
            await asyncio.sleep(wait_s)
            number += 1
            verdict = await self._once(site, values, context)
        self._forget_after(site, verdict)
        return verdict

    def _forget_after(self, site: Site, verdict: Verdict) -> None:
        """A write may have changed what is kept for its caller, even one that failed."""
        not_sent = verdict.problem is not None and verdict.problem.not_sent
        caller = self.context.caller
        if site.writes and self.answers is not None and not not_sent and not caller.is_anonymous:
            self.answers.forget(of_same_subject(caller))

    async def _once(self, site: Site, values: Values, context: FetchContext) -> Verdict:
        assert site.prepared is not None
        try:
            if site.needs_subject:
                subject = await self.subject_of(context)
                values = {**values, "citizen": {**values["citizen"], "sub": subject}}
            return self.judge.judge(await site.prepared.send(values, context))
        except BackendUnreachable as error:
            return self.judge.judge_failure(error)
        except Exception as error:
            # a protocol room's mistake costs its field, not the request; the type's name says no value
            return Verdict(problem=Problem(ErrorCode.INTERNAL_ERROR, detail=type(error).__name__))

    def want(self, plan: Any, holder: Any, representation: Any) -> None:
        """``holder`` lacks what ``plan`` gets for ``representation``: the next wave fills it."""
        self.waiting.setdefault(plan, []).append((holder, representation))

    async def settle(self) -> None:
        """Waves of linked calls until nothing is wanting."""
        while self.waiting:
            wave, self.waiting = self.waiting, {}
            await gathered([plan.fill(pairs, self) for plan, pairs in wave.items()])

    def errors(self, root: Any, department: str) -> tuple[FetchError, ...]:
        """What broke, with its path in the result."""
        return tuple(self._error(broken, root, department) for broken in self.broken)

    def _error(self, broken: Broken, root: Any, department: str) -> FetchError:
        path = located(root, broken.holder) or ()
        problem = broken.problem
        return FetchError(
            problem.code,
            problem.shown,
            path if broken.key is None else (*path, broken.key),
            department,
            problem.retry_after_s,
            problem.detail,
            problem.not_sent,
        )


def _goes_again(verdict: Verdict) -> bool:
    return verdict.problem is not None and verdict.problem.again


async def gathered(waits: list[Any]) -> None:
    """Together; one alone needs no task."""
    if len(waits) == 1:
        await waits[0]
    elif waits:
        await asyncio.gather(*waits)


def located(root: Any, holder: Any) -> tuple[str | int, ...] | None:
    """Where in the result an object stands. Asked only when something broke."""
    if root is holder:
        return ()
    steps: Any = ()
    if isinstance(root, dict):
        steps = root.items()
    elif isinstance(root, list):
        steps = enumerate(root)
    for step, inner in steps:
        if isinstance(inner, dict | list):
            found = located(inner, holder)
            if found is not None:
                return (step, *found)
    return None
