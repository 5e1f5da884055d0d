"""What passes from stage to stage: frozen values, each holding the one before. No stage imports another; all import this."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from graphql import DocumentNode

from federation import CompiledOperation, Estimate, ExecutionResult, ResponseError
from federation.access import Demand
from federation.execution.parts import Part
from gateway.generation import Bounded, Generation
from gateway.seats import Seats
from tongban.caller import Caller, Client, Role
from tongban.errors import ErrorCode, TongbanError

Json = Any


@dataclass(frozen=True, slots=True)
class Arrived:
    """A well-formed GraphQL request, whatever the transport. ``received_s`` and ``deadline_s`` are monotonic seconds."""

    request_id: str
    received_s: float
    deadline_s: float
    document: str | None
    document_id: str | None
    operation_name: str | None
    variables: Mapping[str, Json]
    authorization: str | None
    client: Client
    idempotency_key: str | None = None
    traceparent: str | None = None
    read_only: bool = False
    """A GET: only queries may run."""
    forwarded: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The caller's headers that go on to backends by configuration (plain modes only)."""
    incremental: bool = False
    """The transport can deliver an answer in parts; without it ``@defer`` is ignored."""
    streams: bool = False
    """The transport can deliver the events of a subscription; without it there are none."""
    seats: Seats | None = None
    """Of the socket it came on, if it did: each open subscription takes one."""


@dataclass(frozen=True, slots=True)
class Identified:
    arrived: Arrived
    caller: Caller


Refusals = frozenset[tuple[str, ErrorCode]]
"""Which coordinates are refused, and why."""


class PlanKey(NamedTuple):
    """All that an operation's compiled plan depends on besides its text and the generation."""

    refusals: Refusals = frozenset()
    labels: frozenset[str] = frozenset()
    """Active labels of progressive ``@override``, of those that the operation depends on."""
    deferring: frozenset[tuple[str, bool]] | None = None
    """None: ``@defer`` is ignored. Else the values of the variables in ``@defer(if:)``."""


class Standing(NamedTuple):
    """All that authorisation asks of a caller; of scopes and policies only those that the operation's demands name."""

    anonymous: bool
    level: int
    roles: frozenset[Role]
    scopes: frozenset[str] = frozenset()
    policies: frozenset[str] = frozenset()


MOST_PLANS = 64
"""Plans kept of one operation, and verdicts: the least recently used goes, and is made again when it is asked for."""

Verdict = Mapping[str, TongbanError] | TongbanError
"""Refused coordinates with the reason of each, or why the whole request is refused."""


@dataclass(frozen=True, slots=True)
class Operation:
    """A parsed and validated operation of one generation: everything that its text alone decides.

    ``signature`` names it without its literals (SHA-256 of the normalised text); ``services`` are the catalogue's services that its
    coordinates belong to.
    """

    document: DocumentNode
    name: str | None
    kind: str
    signature: str
    coordinates: tuple[str, ...]
    services: tuple[str, ...]
    fields: int
    """How many it selects, those of a fragment at each of its spreads."""
    plans: Bounded[PlanKey, CompiledOperation] = field(compare=False, repr=False)
    """Compiled once per key."""
    known_as: tuple[str, str | None]
    """Its key among the generation's operations."""
    weight: int
    """Of each of its plans there."""
    purpose: str = ""
    """The one that all its services share, if they do."""
    large: bool = False
    """Planned beside the event loop (``gateway.large``)."""
    demands: Mapping[str, Demand] = field(default_factory=dict)
    """Of its coordinates and of the types that it asks the names of (``Type.__typename``), as far as they have any."""
    scopes: frozenset[str] = frozenset()
    policies: frozenset[str] = frozenset()
    """Those that its demands name."""
    labels: frozenset[str] = frozenset()
    """Of progressive ``@override``, those that its plan depends on."""
    estimate: Estimate | None = field(default=None, compare=False, repr=False)
    """Its cost by variables; None where no limit asks for it."""
    defer_variables: tuple[str, ...] | None = None
    """Variables in ``@defer(if:)``; None: the document has no ``@defer``."""
    verdicts: Bounded[Standing, Verdict] = field(
        compare=False, repr=False, default_factory=lambda: Bounded(MOST_PLANS)
    )
    """What callers of one standing may not have, judged once."""

    def standing(self, caller: Caller) -> Standing:
        """Scopes and policies that make no difference make no standing of their own."""
        return Standing(
            caller.is_anonymous,
            caller.level,
            caller.roles,
            caller.scopes & self.scopes,
            caller.policies & self.policies,
        )


@dataclass(frozen=True, slots=True)
class Prepared:
    identified: Identified
    generation: Generation
    operation: Operation


@dataclass(frozen=True, slots=True)
class Authorized:
    """``refusals`` maps each coordinate that this caller may not have to the reason."""

    prepared: Prepared
    refusals: Mapping[str, TongbanError]


@dataclass(frozen=True, slots=True)
class Planned:
    authorized: Authorized
    compiled: CompiledOperation


@dataclass(frozen=True, slots=True)
class Executed:
    """``failures``: code and department of each error, for the meter."""

    planned: Planned
    result: ExecutionResult

    @property
    def failures(self) -> tuple[tuple[ErrorCode, str | None], ...]:
        return tuple((error.code, error.department) for error in self.result.errors)


@dataclass(frozen=True, slots=True)
class Response:
    """What goes out: ``status`` is for ``application/graphql-response+json``; the HTTP face adapts it to older clients."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    well_formed: bool = True
    """The request was GraphQL that could be run (even if it failed): older clients get 200."""
    refused: bool = False
    """Nothing was executed: the body has ``errors`` and no ``data``."""


@dataclass(frozen=True, slots=True)
class Ended:
    """Why a stream ends before its time. Nothing comes after it."""

    errors: tuple[ResponseError, ...]


Delivered = ExecutionResult | Part | Ended
"""What a stream delivers: an event's whole answer; a deferred operation's first part and those after it; why it ends early."""


@dataclass(frozen=True, slots=True)
class Streamed:
    """An answer in several parts, free of any wire format. Whoever gets it closes it, also when the client goes away."""

    values: AsyncGenerator[Delivered, None]
    subscription: bool
    closing: Callable[[], Awaitable[None]] = field(repr=False)
    """What has to be done at the end, whether or not a value was ever taken."""

    async def aclose(self) -> None:
        try:
            await self.values.aclose()
        finally:
            await self.closing()


Answer = Callable[[Arrived], Awaitable[Response | Streamed]]
"""The pipeline, as transports see it."""
