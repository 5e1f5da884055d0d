"""Recorded answers in a backend's place: the real connector sends, and what is recorded comes back as bytes.

Must never: open a socket.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Protocol

from connectors.backend import Answer, Backend, BackendNotReached, CallSpec, DescribedOperation, PreparedCall
from connectors.manifest.findings import Finding
from connectors.manifest.model import RecordedAnswer
from connectors.transport import RawAnswer, Transport
from federation.subgraph import FetchContext

_ASKED: ContextVar[str] = ContextVar("operation", default="")
"""The operation whose request is on its way."""


class Writing(Protocol):
    """One protocol's bytes."""

    def operations(self, request: bytes) -> tuple[str, ...]:
        """The operations that a request asks for, where the request itself tells; else empty."""
        ...

    def answer(self, recorded: Mapping[str, RecordedAnswer], request: bytes) -> RawAnswer:
        """The bytes of recorded answers, by operation."""
        ...


@dataclass(slots=True)
class Tape:
    """What is answered in one run: by operation the answers in their order, of which the last is repeated.

    ``spoiled``: raw answers instead. ``unrecorded``: operations that were asked without a recorded answer.
    """

    answers: Mapping[str, tuple[RecordedAnswer, ...]]
    spoiled: Mapping[str, RawAnswer] = field(default_factory=dict)
    unrecorded: list[str] = field(default_factory=list)
    _next: dict[str, int] = field(default_factory=dict)

    def take(self, operation: str) -> RecordedAnswer | None:
        held = self.answers.get(operation, ())
        if not held:
            self.unrecorded.append(operation)
            return None
        at = self._next.get(operation, 0)
        self._next[operation] = at + 1
        return held[min(at, len(held) - 1)]


class Replaying(Transport):
    """A transport that answers from the tape that lies in it."""

    def __init__(self, clock: Any) -> None:
        super().__init__(clock=clock)
        self.tape = Tape({})
        self.writing: Writing | None = None

    async def exchange(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, **options: Any
    ) -> RawAnswer:
        """Raises: BackendNotReached, where nothing is recorded."""
        del method, url, headers, options
        assert self.writing is not None
        request = body or b""
        wanted = self.writing.operations(request) or (_ASKED.get(),)
        spoiled = next((self.tape.spoiled[name] for name in wanted if name in self.tape.spoiled), None)
        if spoiled is not None:
            return spoiled
        taken = {name: self.tape.take(name) for name in wanted}
        found = {name: answer for name, answer in taken.items() if answer is not None}
        if len(found) < len(wanted):
            raise BackendNotReached("no answer is recorded")
        return self.writing.answer(found, request)


class Named:
    """A backend that tells which operation a request is for."""

    def __init__(self, inner: Backend) -> None:
        self._inner = inner

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self._inner.findings

    def operation(self, name: str) -> DescribedOperation:
        return self._inner.operation(name)

    def operations(self) -> tuple[DescribedOperation, ...]:
        return self._inner.operations()

    def prepare(self, call: CallSpec, wanted: frozenset[tuple[str, ...]]) -> PreparedCall:
        return _NamedCall(call.operation, self._inner.prepare(call, wanted))

    async def close(self) -> None:
        await self._inner.close()


@dataclass(frozen=True, slots=True)
class _NamedCall:
    operation: str
    inner: PreparedCall

    async def send(self, values: Mapping[str, Any], context: FetchContext) -> Answer:
        token = _ASKED.set(self.operation)
        try:
            return await self.inner.send(values, context)
        finally:
            _ASKED.reset(token)
