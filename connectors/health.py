"""Whether a backend is well, as its manifest's ``health`` block says, asked again and again.

A look goes the way of any request, its limits and its breaker included: a breaker that is open is news in itself, and a look
may be the one call that closes it. Must never: put an answer's words into its evidence.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import orjson

from connectors.backend import Answer, Backend, BackendUnreachable, CallSpec
from connectors.channel import Channel
from connectors.expressions import compile_condition
from connectors.graphql_http.posting import Poster, opening
from connectors.manifest.model import Manifest
from connectors.manifest.runtime import Health
from connectors.mapping.envelope import view_of
from federation.subgraph import FetchContext
from tongban.clock import Clock

Ask = Callable[[FetchContext], Awaitable[Answer]]
REQUEST_ID = "health"


@dataclass(frozen=True, slots=True)
class HealthResult:
    """``up`` None: not looked yet. ``since_s`` and ``looked_at_s`` are epoch seconds; ``since_s`` is when ``up`` became what
    it is."""

    up: bool | None = None
    since_s: float = 0.0
    looked_at_s: float = 0.0
    latency_ms: float = 0.0
    evidence: str = "not looked yet"


class HealthPoller:
    """Looks every ``every_s`` between ``start`` and ``stop``; ``look`` looks once, now."""

    def __init__(self, ask: Ask, block: Health, clock: Clock) -> None:
        self._ask = ask
        self._expect = None if block.expect is None else compile_condition(block.expect)
        self._expected = block.expect
        self._every_s = block.every_s
        self._clock = clock
        self._task: asyncio.Task[None] | None = None
        self.result = HealthResult()

    @property
    def running(self) -> bool:
        """Between ``start`` and ``stop``."""
        return self._task is not None

    def start(self) -> None:
        """The first look is at once. Started twice it is started once."""
        if self._task is None:
            self._task = asyncio.create_task(self._forever())

    async def stop(self) -> None:
        """The last result stays."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def look(self) -> HealthResult:
        """Asks the backend once."""
        begun_s = self._clock.monotonic_s()
        try:
            up, evidence = self._judged(await self._ask(FetchContext(request_id=REQUEST_ID)))
        except BackendUnreachable as error:
            up, evidence = False, str(error)
        except Exception as error:
            # a mistake of ours must not end the looking; the type's name says no value
            up, evidence = False, f"the look failed ({type(error).__name__})"
        now_s = self._clock.epoch_s()
        since_s = self.result.since_s if up is self.result.up else now_s
        latency_ms = (self._clock.monotonic_s() - begun_s) * 1000
        self.result = HealthResult(up, since_s, now_s, latency_ms, evidence)
        return self.result

    def _judged(self, answer: Answer) -> tuple[bool, str]:
        status = f"HTTP status {answer.status}"
        if self._expect is None:
            fault = "" if answer.fault is None else ", with a fault"
            return answer.status < 400 and answer.fault is None, status + fault
        # a body's own ``status`` is what "status == 'UP'" means here
        own = answer.body if isinstance(answer.body, dict) else {}
        if self._expect({**view_of(answer), **own}):
            return True, status
        return False, f"{status}, and this does not hold: {self._expected}"

    async def _forever(self) -> None:
        while True:
            await self.look()
            await asyncio.sleep(self._every_s)


def health_of(manifest: Manifest, backend: Backend, channel: Channel, clock: Clock) -> HealthPoller | None:
    """None for a manifest that tells no way. The poller is not started.

    Raises: ValueError for an operation that the description does not know, or that needs more than it is given.
    """
    block = manifest.backend.health
    if block is None:
        return None
    return HealthPoller(_ask(block, backend, channel), block, clock)


def _ask(block: Health, backend: Backend, channel: Channel) -> Ask:
    if block.operation is not None:
        return _operation(block.operation, block, backend)
    if block.query is not None:
        return _query(block.query, channel)
    path = block.get or block.post or "/"
    return _path("GET" if block.get is not None else "POST", channel.endpoint + path, block, channel)


def _operation(name: str, block: Health, backend: Backend) -> Ask:
    try:
        prepared = backend.prepare(CallSpec(name, body=block.body, repeatable=True), frozenset())
    except KeyError:
        raise ValueError(f"health: the description has no operation '{name}'") from None
    return lambda context: prepared.send({"args": {}, "request": {"id": context.request_id}}, context)


def _query(document: str, channel: Channel) -> Ask:
    poster, start = Poster(channel), opening(document)

    async def ask(context: FetchContext) -> Answer:
        found = await poster.post(start, {}, context, repeatable=True)
        fault = {"errors": list(found.errors)} if found.errors else None
        return Answer(found.status, found.headers, found.data, fault)

    return ask


def _path(method: str, url: str, block: Health, channel: Channel) -> Ask:
    body = None if block.body is None else orjson.dumps(block.body)
    headers = {"Accept": "*/*"} if body is None else {"Accept": "*/*", "Content-Type": "application/json"}

    async def ask(context: FetchContext) -> Answer:
        raw = await channel.exchange(method, url, headers, body, context, repeatable=True)
        return Answer(raw.status, raw.headers, _json(raw.content))

    return ask


def _json(content: bytes) -> object:
    """None for what is none: many answer with a plain OK."""
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
