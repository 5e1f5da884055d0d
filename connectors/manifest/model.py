"""A manifest as values: what ``docs/manifest.md`` says, parsed once, frozen.

Must never: hold a secret's value; only its ``secret://`` reference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from graphql import TypeNode

from connectors.backend import CallSpec
from connectors.manifest.findings import Finding
from connectors.manifest.reading import Place
from connectors.manifest.runtime import (
    Breaker,
    Cache,
    Contract,
    Health,
    Limits,
    Mask,
    OneOf,
    Page,
    Retry,
)

Kind = Literal["rest", "soap", "graphql"]
Outcome = Literal[
    "NOT_FOUND",
    "INVALID_INPUT",
    "FORBIDDEN",
    "CONFLICT",
    "RATE_LIMITED",
    "BACKEND_AUTH",
    "BACKEND_TIMEOUT",
    "MAINTENANCE",
    "BACKEND_ERROR",
]


@dataclass(frozen=True, slots=True)
class Words:
    """The same words in Chinese and in English; either may be empty."""

    zh: str = ""
    en: str = ""

    @property
    def both(self) -> str:
        """``中文 · English``, or the one there is."""
        return " · ".join(word for word in (self.zh, self.en) if word)


@dataclass(frozen=True, slots=True)
class Department:
    code: str
    name: Words


@dataclass(frozen=True, slots=True)
class Owner:
    name: str
    role: str
    contact: str


@dataclass(frozen=True, slots=True)
class ReplacedApp:
    """A legacy app and those of its functions that this connector makes unnecessary: (id, kind)."""

    app: str
    functions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Metadata:
    id: str
    version: str
    title: Words
    department: Department
    owners: tuple[Owner, ...]
    lifecycle: str
    replaces: tuple[ReplacedApp, ...] = ()


@dataclass(frozen=True, slots=True)
class Describe:
    """Where the description lies: exactly one of ``openapi``, ``wsdl``, ``sdl``, as a path among the files
    beside.
    """

    openapi: str | None = None
    wsdl: str | None = None
    sdl: str | None = None
    service: str | None = None
    port: str | None = None
    federation: int | None = None
    refresh_s: float | None = None
    on_change: Literal["review", "auto-additive", "ignore"] = "review"

    @property
    def path(self) -> str:
        return self.openapi or self.wsdl or self.sdl or ""


@dataclass(frozen=True, slots=True)
class Tls:
    """References to PEM texts."""

    ca: str | None = None
    client_cert: str | None = None
    client_key: str | None = None


@dataclass(frozen=True, slots=True)
class Auth:
    """One entry of ``backend.auth``; ``options`` are the entry's other keys as written."""

    kind: str
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ForwardCitizen:
    """The citizen's department token beside the backend's own authentication, as a header or a SOAP header
    element.
    """

    audience: str
    header: str | None = None
    element: str | None = None
    claims: tuple[str, ...] = ()
    """Those that the department reads."""


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """How a GraphQL backend sends events; ``path`` None: where it is posted to, else another path of the same origin."""

    protocol: Literal["websocket", "sse"]
    path: str | None = None


@dataclass(frozen=True, slots=True)
class SoapOptions:
    version: str | None = None
    encoding: str = "utf-8"
    mtom: bool = False
    rejects_attachments: bool = False


@dataclass(frozen=True, slots=True)
class BackendBlock:
    kind: Kind
    describe: Describe
    endpoints: Mapping[str, str] = field(default_factory=dict)
    tls: Tls = Tls()
    auth: tuple[Auth, ...] = ()
    forward: ForwardCitizen | None = None
    forwards_trace: bool = True
    limits: Limits = field(default_factory=Limits)
    retry: Retry | None = None
    breaker: Breaker | None = field(default_factory=Breaker)
    health: Health | None = None
    soap: SoapOptions = SoapOptions()
    subscriptions: Subscriptions | None = None


@dataclass(frozen=True, slots=True)
class ErrorRule:
    """``null_result``: no error, the value is null. ``show``: the department's words may be shown to the
    citizen; they stand at ``words`` (None: where the envelope says). ``again``: what is repeatable is sent again.
    """

    when: str
    outcome: Outcome
    null_result: bool = False
    show: bool = False
    words: str | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class Envelope:
    """``success`` None: the status is below 400 and there is no fault."""

    success: str | None = None
    data: str = "@"
    message: str | None = None
    errors: tuple[ErrorRule, ...] = ()


@dataclass(frozen=True, slots=True)
class Governance:
    """``legal_days`` and ``promised_days``: working days; None: not said."""

    assurance: int | None = None
    purposes: tuple[str, ...] = ()
    classification: str = "L1"
    legal_basis: str = ""
    responsible_unit: str = ""
    sharing: str = "unconditional"
    legal_days: int | None = None
    promised_days: int | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """What the catalogue lists. ``id`` is ``<department>.<name>``; ``assurance`` None: what the class
    demands. What the service does not say itself stands here as governance says it.
    """

    id: str
    title: Words
    kind: Literal["lookup", "transaction"]
    classification: str
    coordinates: tuple[str, ...]
    promised_minutes: int | None = None
    roles: tuple[str, ...] = ()
    assurance: int | None = None
    purposes: tuple[str, ...] = ()
    legal_basis: str = ""
    responsible_unit: str = ""
    sharing: str = "unconditional"
    legal_days: int | None = None
    promised_days: int | None = None


@dataclass(frozen=True, slots=True)
class Argument:
    """``default`` is a GraphQL literal as written, or None; ``authority`` is ``enterprise`` or None."""

    name: str
    type: TypeNode
    default: str | None = None
    description: Words = Words()
    authority: str | None = None


@dataclass(frozen=True, slots=True)
class Many:
    """A batched call: items are matched by ``match`` to the keys; ``at`` is the path in a matched item."""

    call: CallSpec
    items: str = "@"
    match: Mapping[str, str] = field(default_factory=dict)
    """Key field → path in an item."""
    at: str = "@"
    max: int = 100
    place: Place = ()


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a type, or a field with a call of its own (root fields, entity fields, nested calls)."""

    name: str
    type: TypeNode | None = None
    source: str = ""
    format: str | None = None
    enum: Mapping[str, str] | None = None
    otherwise: str | None = None
    reference: Mapping[str, str] | None = None
    truthy: tuple[str, ...] | None = None
    scale: float | int | None = None
    description: Words = Words()
    classification: str | None = None
    args: tuple[Argument, ...] = ()
    call: CallSpec | None = None
    items: str = "@"
    many: Many | None = None
    requires: str | None = None
    number: str | None = None
    idempotency_header: str | None = None
    assurance: int | None = None
    purposes: tuple[str, ...] = ()
    mask: Mask | None = None
    unmask_for: tuple[str, ...] = ()
    contract: Contract | None = None
    unit: Words = Words()
    transform: Literal["hmac"] | None = None
    page: Page | None = None
    cache: Cache | None = None
    place: Place = ()

    @property
    def has_call(self) -> bool:
        return self.call is not None or self.many is not None


@dataclass(frozen=True, slots=True)
class TypeDeclaration:
    name: str
    description: Words = Words()
    key: str | None = None
    resolvable: bool = True
    fields: Mapping[str, Field] = field(default_factory=dict)
    enum: tuple[str, ...] | None = None
    enum_words: Mapping[str, Words] = field(default_factory=dict)
    """What is told of an enum's values."""
    one_of: OneOf | None = None
    """A union; with ``fields`` an interface."""
    place: Place = ()


@dataclass(frozen=True, slots=True)
class InputField:
    """``to``: the backend's own name; ``format`` and ``enum``: how a value is written for it."""

    name: str
    type: TypeNode
    to: str
    default: str | None = None
    description: Words = Words()
    format: str | None = None
    enum: Mapping[str, str | int] | None = None


@dataclass(frozen=True, slots=True)
class InputDeclaration:
    name: str
    fields: Mapping[str, InputField]
    description: Words = Words()
    place: Place = ()


@dataclass(frozen=True, slots=True)
class Entity:
    """How an entity's fields come by reference. ``one`` and ``many`` serve the type's own fields."""

    name: str
    key: str
    one: CallSpec | None = None
    one_items: str = "@"
    many: Many | None = None
    fields: Mapping[str, Field] = field(default_factory=dict)
    cache: Cache | None = None
    """For ``one`` and ``many``."""
    place: Place = ()


@dataclass(frozen=True, slots=True)
class Matters:
    """How the state of a case is asked for; ``enum``: the department's word → the platform's state."""

    call: CallSpec
    state: str
    enum: Mapping[str, str]
    otherwise: str | None = None


@dataclass(frozen=True, slots=True)
class Expose:
    """``include`` None: the kind's own default (plain GraphQL: nothing, federation: everything)."""

    include: tuple[str, ...] | None = None
    hide: tuple[str, ...] = ()
    rename: Mapping[str, str] = field(default_factory=dict)
    describe: Mapping[str, Words] = field(default_factory=dict)
    prefix: str = ""
    """Before the name of each type without a key that ``rename`` does not name."""


@dataclass(frozen=True, slots=True)
class Override:
    """What a GraphQL backend's own SDL cannot say of one of its fields."""

    assurance: int | None = None
    classification: str | None = None
    purposes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordedAnswer:
    operation: str
    status: int = 200
    body: Any = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RecordedTest:
    """A test in the manifest: an operation, the backend's recorded answers, and what must come out."""

    name: str
    run: str
    backend: tuple[RecordedAnswer, ...] = ()
    expect: Any = None
    live: Literal["sandbox"] | None = None
    expect_type: bool = False


@dataclass(frozen=True, slots=True)
class Manifest:
    metadata: Metadata
    backend: BackendBlock
    envelope: Envelope
    governance: Governance
    services: tuple[Service, ...] = ()
    types: Mapping[str, TypeDeclaration] = field(default_factory=dict)
    inputs: Mapping[str, InputDeclaration] = field(default_factory=dict)
    query: Mapping[str, Field] = field(default_factory=dict)
    mutation: Mapping[str, Field] = field(default_factory=dict)
    entities: Mapping[str, Entity] = field(default_factory=dict)
    matters: Matters | None = None
    expose: Expose = Expose()
    overrides: Mapping[str, Override] = field(default_factory=dict)
    """By ``Type.field``, in the graph's names."""
    tests: tuple[RecordedTest, ...] = ()
    file: str = ""
    places: Mapping[Place, tuple[int, int]] = field(default_factory=dict, repr=False)
    unacted: tuple[Finding, ...] = ()
    """Warnings: what the manifest says and nothing acts on."""

    @property
    def id(self) -> str:
        return self.metadata.id

    @property
    def department(self) -> str:
        """Its code on the platform: what the id begins with. (``metadata.department.code`` may be its official number.)"""
        return self.metadata.id.partition(".")[0]
