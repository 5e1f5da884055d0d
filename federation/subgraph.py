"""The one interface to whatever answers: a subgraph, in two phases.

A subgraph declares its SDL, **prepares** a planned fetch once per operation and **runs** the prepared fetch
per request. The engine never learns what a URL is; a subgraph never learns what a plan is. A result is data
that the engine may merge, or typed errors, or both; never an exception that crosses this border
(``asyncio.CancelledError`` excepted).
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from graphql import OperationType, SelectionSetNode, TypeNode, ValueNode

from tongban.caller import ANONYMOUS, Caller
from tongban.errors import ErrorCode, OurFault

Json = Any
"""A JSON value as orjson decodes it: the one place where ``Any`` is the honest type."""

Representation = Mapping[str, Json]
"""An entity's ``__typename``, its key fields and what ``@requires`` asks for."""


@dataclass(frozen=True, slots=True)
class PlannedFetch:
    """One visit to one subgraph, as planned; everything in it is known once per operation.

    ``selection`` is in the subgraph's own schema: root fields for a root fetch; for an entity fetch
    (``entity_types`` not empty) one inline fragment per entity type, on ``_Entity``. Arguments are literals
    or ``$variables``; ``variables`` lists those in use with their types as the client declared them.
    ``@skip``/``@include`` on selections have been left in place where they concern fields within this fetch.
    Response keys are the aliases found in the selection.
    """

    subgraph: str
    kind: OperationType
    selection: SelectionSetNode
    entity_types: tuple[str, ...] = ()
    variables: tuple[tuple[str, TypeNode], ...] = ()
    operation_name: str | None = None
    defaults: Mapping[str, ValueNode] = field(default_factory=dict)
    """Default values that the client declared, by variable: with one, a nullable type may stand where null may not."""


@dataclass(frozen=True, slots=True)
class FetchContext:
    """What a run may know of the request. ``deadline_s`` is on ``Clock.monotonic_s``'s scale (=
    ``loop.time()``)."""

    caller: Caller = ANONYMOUS
    deadline_s: float = float("inf")
    request_id: str = ""
    purpose: str = ""
    idempotency_key: str | None = None
    traceparent: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    """Headers of the client that are forwarded by configuration (plain modes only)."""


@dataclass(frozen=True, slots=True)
class FetchError:
    """One typed error of a fetch.

    ``path`` is relative to the fetch's data: response keys and list indexes; for an entity fetch it starts
    with the representation's index. Empty: the whole fetch failed. ``message`` is safe to show to the
    citizen. ``not_sent``: the request is known never to have left, so that nothing can have taken effect.
    """

    code: ErrorCode
    message: str
    path: tuple[str | int, ...] = ()
    department: str | None = None
    retry_after_s: float | None = None
    detail: str = field(default="", repr=False)
    not_sent: bool = False
    upstream_code: str | None = None
    """Not None: the message is the subgraph's own, and so is this code ("": it gave none); plain modes only."""
    message_zh: str | None = None
    """The sentence for the citizen, where the code's own says too little."""


@dataclass(frozen=True, slots=True)
class IssuedNumber:
    """A mutation took effect at the department, which gave it this number (case, certificate, permit …)."""

    response_key: str
    service: str
    number: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class FetchResult:
    """Data, errors, or both.

    Shape of ``data``: a root fetch gives ``{response key: value}`` or None; an entity fetch gives
    ``entities``, aligned with the representations, each a dict without ``__typename`` needed, or None where
    the entity is unknown.

    The engine takes the data over and changes it in place: give it fresh dicts and lists, never shared or cached ones.
    """

    data: dict[str, Json] | None = None
    entities: Sequence[dict[str, Json] | None] | None = None
    errors: tuple[FetchError, ...] = ()
    issued: tuple[IssuedNumber, ...] = ()


class PreparedFetch(Protocol):
    """A planned fetch, ready to be filled and sent many times; it keeps no state between requests."""

    async def run(
        self, variables: Mapping[str, Json], representations: Sequence[Representation], context: FetchContext
    ) -> FetchResult:
        """Fill, send, decode. ``variables`` are the coerced request variables (at least those in
        ``PlannedFetch.variables``); ``representations`` is empty for a root fetch."""
        ...


class EventSource(Protocol):
    """A planned subscription, ready to be opened many times; it keeps no state between subscribers."""

    def events(
        self, variables: Mapping[str, Json], context: FetchContext
    ) -> AsyncGenerator[FetchResult, None]:
        """Subscribes at the subgraph and gives each event as a root fetch's result.

        It ends when the subgraph completes. What goes wrong (refused, not reached, broken off) is one last result
        without data whose error has an empty path. Closing it (``aclose``) unsubscribes. ``context.deadline_s``
        bounds the opening only.
        """
        ...


class NotStreaming(OurFault):
    """The graph's schema has a subscription, but the subgraph that would answer it has no way to send events."""

    def __init__(self, subgraph: str) -> None:
        super().__init__(
            ErrorCode.INTERNAL_ERROR,
            "This subscription is not offered here.",
            detail=f"{subgraph} streams nothing",
        )


class Subgraph(Protocol):
    """Whatever answers for a part of the graph.

    One with ``takes_batches = True`` also takes a query with several ``_entities`` fields, each under an alias of
    its own and with a variable of its own for its representations: different questions in one request.
    """

    @property
    def name(self) -> str:
        """Unique in a supergraph; a GraphQL name (``ids.subgraph_of``)."""
        ...

    @property
    def sdl(self) -> str:
        """Federation 2 SDL: types, keys, directives, with its ``@link``."""
        ...

    def prepare(self, fetch: PlannedFetch) -> PreparedFetch:
        """Do once per operation what can be done once per operation."""
        ...


def department_of(subgraph: Subgraph) -> str:
    """Who an error of a subgraph is put down to: what it says itself under ``department``, else its name."""
    said = getattr(subgraph, "department", None)
    return said if isinstance(said, str) else subgraph.name


@runtime_checkable
class Streaming(Protocol):
    """A subgraph that also answers subscriptions."""

    def prepare_events(self, fetch: PlannedFetch) -> EventSource:
        """For a fetch whose ``kind`` is SUBSCRIPTION: one root field.

        Raises: NotStreaming, where what is wrapped here does not.
        """
        ...


def events_of(subgraph: Subgraph, fetch: PlannedFetch) -> EventSource:
    """What ``prepare`` is for other fetches; wrappers of a subgraph pass a subscription on by it.

    Raises: NotStreaming.
    """
    if not isinstance(subgraph, Streaming):
        raise NotStreaming(subgraph.name)
    return subgraph.prepare_events(fetch)
