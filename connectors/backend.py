"""The border between *mapping* (manifest → types, fields, arguments) and *protocols* (REST, SOAP, GraphQL
over HTTP).

``mapping/`` turns a manifest's calls into a subgraph; a protocol room turns one described operation into
something that can be filled and sent. Both phases of ``federation.subgraph`` are kept: ``prepare`` once per
operation, ``send`` per request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

from federation.subgraph import FetchContext

if TYPE_CHECKING:
    from connectors.manifest.findings import Finding

Shape = Literal["object", "list", "string", "integer", "number", "boolean", "opaque"]


@dataclass(frozen=True, slots=True)
class Described:
    """What a description says of a value: enough to type a field and to find its description in the
    department's words.
    """

    shape: Shape
    description: str = ""
    fields: Mapping[str, Described] = field(default_factory=dict)
    item: Described | None = None
    enum: tuple[str, ...] = ()
    format: str = ""
    name: str = ""
    """What the description calls the type, where it has a name of its own."""
    required: frozenset[str] = frozenset()
    """Of an object: the fields that must be given when it is sent."""
    open: bool = False
    """Of an object: whether it may have fields that are not described."""
    by: str = ""
    """Of an object that is one of several: the field whose value tells which."""
    choices: Mapping[str, Described] = field(default_factory=dict)
    """Value of ``by`` → that object; ``fields`` has those of all of them."""


@dataclass(frozen=True, slots=True)
class DescribedOperation:
    """One operation of a backend as its description tells it."""

    name: str
    description: str
    inputs: Mapping[str, Described]
    """Parameters and body (REST), body parts (SOAP), arguments (GraphQL), by the name used in a manifest's
    ``call``.
    """
    answer: Described
    """The decoded answer, envelope included: what paths in the manifest are checked against."""
    writes: bool


@dataclass(frozen=True, slots=True)
class CallSpec:
    """A manifest's ``call`` block, parsed: which operation, and where each input goes.

    ``params`` (REST path, query, header and cookie parameters; GraphQL arguments) and ``body`` (REST
    JSON/form body; SOAP body) are trees whose leaves are constants or ``Slot``s; ``headers`` adds headers.
    """

    operation: str
    params: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    headers: Mapping[str, Any] = field(default_factory=dict)
    repeatable: bool = False
    """Sent twice it does what it does sent once: a read, or a write with an idempotency key."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A hole in a call: ``$args.x`` (or ``$x``), ``$key.x``, ``$keys[*].x``, ``$citizen.cid|name|mobile``,
    ``$request.id|key|now``, ``$parent.x`` (a field of the object that a nested call hangs on).

    ``scope`` is what stands before the first dot, ``path`` what follows; ``each`` marks ``[*]``.
    """

    scope: Literal["args", "key", "keys", "parent", "citizen", "request"]
    path: tuple[str, ...]
    each: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """A decoded answer, before the envelope is judged.

    ``body`` is JSON-like (dict, list, str, int, float, bool, None). ``fault`` is ``{"faultcode",
    "faultstring", "detail"}`` for a SOAP fault, or the list of errors of a GraphQL answer under ``{"errors":
    [...]}``.
    """

    status: int
    headers: Mapping[str, str]
    body: Any
    fault: Mapping[str, Any] | None = None


class BackendUnreachable(Exception):
    """Connect refused, reset, TLS failure, truncated answer: there is no ``Answer``. The message carries
    no personal data.
    """


class BackendNotReached(BackendUnreachable):
    """No connection was made: the request never left, so nothing can have taken effect."""


class BackendHeld(BackendNotReached):
    """Not sent, to spare the backend: its queue is full, its rate used up, or its breaker open."""

    def __init__(self, message: str, by: Literal["queue", "rate", "breaker"], retry_after_s: float) -> None:
        super().__init__(message)
        self.by = by
        self.retry_after_s = retry_after_s


class ValueUnusable(BackendNotReached):
    """A value of the caller cannot stand where the call would put it: nothing was sent."""


class BackendTimeout(BackendUnreachable):
    """No whole answer within the deadline."""


class BackendUnusable(BackendUnreachable):
    """An answer came that is none: HTML, wrong media type, undecodable or too large. ``status`` is the
    HTTP status seen.
    """

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class PreparedCall(Protocol):
    """One described operation, ready to be filled."""

    async def send(self, values: Mapping[str, Any], context: FetchContext) -> Answer:
        """``values`` holds a dict a scope: ``{"args": …, "key": …, "keys": […], "citizen": …, "request":
        …}``.

        Raises BackendUnreachable (and its kinds); nothing else.
        """
        ...


class Backend(Protocol):
    """A backend of one protocol, opened from its description."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What of the description could not be read, at its place in the description."""
        ...

    def operation(self, name: str) -> DescribedOperation:
        """Raises KeyError for an operation that the description doesn't know."""
        ...

    def operations(self) -> tuple[DescribedOperation, ...]: ...

    def prepare(self, call: CallSpec, wanted: frozenset[tuple[str, ...]]) -> PreparedCall:
        """``wanted`` are the answer's paths that will be read: a GraphQL backend asks for these only,
        others may ignore it.
        """
        ...

    async def close(self) -> None: ...
