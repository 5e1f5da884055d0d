"""An open subscription: events drawn from their source, the rest of the plan run for each, through every change of the graph.

When another generation takes over, the operation walks all stages again, in the caller's name as it stands now. Where the events
would come from the same question to the same unchanged subgraph, the source goes on and later events run with the new plan:
none is lost, none comes twice. Where the source has changed, the new one is opened first and the old one goes on until the new one
gives its first event, at the latest until the time for opening is over: none is lost, one at that very moment may come twice.

Who asks is asked again at each event: a login that was revoked hears nothing more, one that has changed is judged anew.

Must never: outlive the caller's token, hold more than one event that nobody has taken, or run on what has been closed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace

from federation import ExecutionResult, FetchResult, ResponseError, execute_event, subscribe
from federation.subgraph import FetchContext, Subgraph
from gateway.in_force import InForce
from gateway.stages.execute import context_of
from gateway.transactions import Transacted
from gateway.types import Arrived, Delivered, Ended, Planned
from tongban.caller import Caller
from tongban.clock import Clock
from tongban.errors import CallerFault, ErrorCode, OurFault, TongbanError

Walk = Callable[[Arrived], Awaitable[Planned]]
"""All stages up to the plan, under the generation in force. Raises TongbanError."""


Recognise = Callable[[Arrived], Awaitable[Caller]]
"""Whose a request is now. Raises TongbanError."""


@dataclass(frozen=True, slots=True)
class Around:
    """What subscriptions of a process share."""

    in_force: InForce
    clock: Clock
    walk: Walk
    recognise: Recognise
    deadline_s: float
    """For opening a source, and for each event."""


async def events_of(planned: Planned, around: Around) -> AsyncGenerator[Delivered, None]:
    """The answers to a subscription's events; closing it unsubscribes. The last may be an ``Ended``."""
    subscription = _Subscription(around, _Draw(planned, around))
    try:
        while not subscription.over:
            delivered = await subscription.step()
            if delivered is not None:
                yield delivered
    finally:
        await subscription.close()


def ended(error: TongbanError) -> Ended:
    told = ResponseError(error.code, error.message, None, error.department, error.retry_after_s)
    return Ended((replace(told, detail=error.detail),))


class _Draw:
    """A source that is open, under the plan that asked for it, and the event that it gives next."""

    def __init__(self, planned: Planned, around: Around) -> None:
        self.planned = planned
        self._around = around
        self._release = around.in_force.hold(planned.authorized.prepared.generation)
        self._events = subscribe(planned.compiled, self.arrived.variables, self._context())
        self.next: asyncio.Task[FetchResult | None] = asyncio.create_task(self._draw())

    @property
    def arrived(self) -> Arrived:
        return self.planned.authorized.prepared.identified.arrived

    @property
    def over(self) -> bool:
        """It gives nothing any more, or only why it broke off."""
        if not self.next.done():
            return False
        event = self.next.result()
        return event is None or _broke_off(event)

    def is_source_of(self, planned: Planned) -> bool:
        """Whether a plan of another generation would ask the same subgraph the same."""
        mine, other = self.planned.compiled.source, planned.compiled.source
        if mine is None or other is None or mine.question is None or mine.question != other.question:
            return False
        name, _ = mine.question
        return _backend(self.planned, name) is _backend(planned, name)

    def go_on_with(self, planned: Planned) -> None:
        release = self._around.in_force.hold(planned.authorized.prepared.generation)
        self._release()
        self.planned, self._release = planned, release

    async def answer(self) -> ExecutionResult | None:
        """To the event that is next; None at the end."""
        event = self.next.result()
        if event is None:
            return None
        self.next = asyncio.create_task(self._draw())
        return await execute_event(self.planned.compiled, event, self.arrived.variables, self._context())

    async def close(self) -> None:
        try:
            self.next.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await self.next
            await self._events.aclose()
        finally:
            self._release()

    async def _draw(self) -> FetchResult | None:
        return await anext(self._events, None)

    def _context(self) -> FetchContext:
        deadline_s = self._around.clock.monotonic_s() + self._around.deadline_s
        return replace(context_of(self.planned), deadline_s=deadline_s)


def _broke_off(event: FetchResult) -> bool:
    """What the last result of a source looks like that was refused, not reached or broken off (``EventSource.events``)."""
    return event.data is None and any(not error.path for error in event.errors)


def _backend(planned: Planned, name: str) -> Subgraph:
    """What stays the same from one generation to the next where nothing has changed."""
    subgraph = planned.authorized.prepared.generation.subgraphs[name]
    return subgraph.inner if isinstance(subgraph, Transacted) else subgraph


@dataclass(slots=True)
class _Subscription:
    """``draw`` is what events come from; ``coming`` is to take its place."""

    around: Around
    draw: _Draw
    coming: _Draw | None = None
    coming_by_s: float = 0.0
    over: bool = False
    _news: asyncio.Task[None] | None = field(default=None, repr=False)

    async def step(self) -> Delivered | None:
        """Waits for whatever happens first and deals with it; gives what is to be delivered, if anything is."""
        await self._happening()
        end = self._end()
        if end is not None:
            self.over = True
            return end
        if not self.around.in_force.holds(self._latest.planned.authorized.prepared.generation):
            return await self._follow()
        if self._may_change:
            await self._change()
        if not self.draw.next.done():
            return None
        refused = await self._judged_again()
        if refused is not None or not self.draw.next.done():
            return refused
        answer = await self.draw.answer()
        self.over = answer is None
        return answer

    async def close(self) -> None:
        if self._news is not None:
            self._news.cancel()
        for draw in (self.draw, self.coming):
            if draw is not None:
                await draw.close()

    @property
    def _may_change(self) -> bool:
        if self.coming is None:
            return False
        return self.coming.next.done() or self.draw.over or self._left_s(self.coming_by_s) <= 0

    @property
    def _latest(self) -> _Draw:
        return self.coming or self.draw

    async def _happening(self) -> None:
        if self._news is None or self._news.done():
            known = self._latest.planned.authorized.prepared.generation
            self._news = asyncio.create_task(self.around.in_force.news(known))
        waiting: set[asyncio.Task[None] | asyncio.Task[FetchResult | None]] = {self.draw.next, self._news}
        if self.coming is not None:
            waiting.add(self.coming.next)
        limits_s = [self._token_s, self._left_s(self.coming_by_s) if self.coming is not None else None]
        timeout_s = min((limit for limit in limits_s if limit is not None), default=None)
        await asyncio.wait(waiting, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)

    @property
    def _token_s(self) -> float | None:
        """Seconds that the caller's token is still good for."""
        expires_at = self._latest.planned.authorized.prepared.identified.caller.token_expires_at
        return max(expires_at - self.around.clock.epoch_s(), 0) if expires_at else None

    def _left_s(self, monotonic_s: float) -> float:
        return max(monotonic_s - self.around.clock.monotonic_s(), 0)

    def _end(self) -> Ended | None:
        left_s = self._token_s
        if left_s is not None and left_s <= 0:
            message = "The login has expired; log in and subscribe again."
            return ended(CallerFault(ErrorCode.UNAUTHENTICATED, message))
        if self.around.in_force.leaving:
            message = "The gateway is restarting; subscribe again."
            return ended(OurFault(ErrorCode.OVERLOADED, message, retry_after_s=1))
        return None

    async def _judged_again(self) -> Ended | None:
        """Before each event: whether the caller is still who asked."""
        before = self.draw.planned.authorized.prepared.identified.caller
        try:
            if await self.around.recognise(self.draw.arrived) == before:
                return None
        except TongbanError as error:
            self.over = True
            return ended(error)
        end = await self._follow()
        if self.coming is not None:  # what the old source gives is no longer for this caller
            await self._change()
        return end

    async def _follow(self) -> Ended | None:
        """Takes the operation over to the generation in force, or ends it where it no longer fits."""
        if self._news is not None:
            self._news.cancel()
            self._news = None
        try:
            planned = await self.around.walk(self.draw.arrived)
        except TongbanError as error:
            self.over = True
            return ended(error)
        if self.coming is not None and not self.coming.is_source_of(planned):
            await self.coming.close()
            self.coming = None
        if self.coming is not None:
            self.coming.go_on_with(planned)
        elif self.draw.is_source_of(planned) and not self.draw.over:
            self.draw.go_on_with(planned)
        else:
            self.coming = _Draw(planned, self.around)
            self.coming_by_s = self.around.clock.monotonic_s() + self.around.deadline_s
        return None

    async def _change(self) -> None:
        """The new source takes the old one's place."""
        assert self.coming is not None
        old, self.draw, self.coming = self.draw, self.coming, None
        await old.close()
