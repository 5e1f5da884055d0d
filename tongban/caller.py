"""Who asks. Built once by *identify* from a verified token, then handed along the walk; never from request input."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What somebody may be to the platform (province/README: roles to seed)."""

    CITIZEN = "citizen"
    PARENT = "parent"
    HELPER = "helper"
    LEGAL_REPRESENTATIVE = "legal_representative"
    CLERK = "clerk"
    OFFICER = "officer"
    CONNECTOR_OWNER = "connector_owner"
    DATA_STEWARD = "data_steward"
    EVALUATOR = "evaluator"
    AUDITOR = "auditor"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Person:
    """The verified identity behind an account. Personal: its repr says nothing, and it enters no log, metric or trace.

    ``person_id`` is the platform's opaque id (26 characters, ``ids.new_id``); ``cid`` is the 18-digit citizen id, known to
    departments and held encrypted at rest.
    """

    person_id: str
    cid: str
    name: str
    mobile: str

    def __repr__(self) -> str:
        return "Person(…)"


@dataclass(frozen=True, slots=True)
class Client:
    """The program that asks. ``app`` is the registered OAuth client id (``anonymous`` without a token)."""

    app: str = "anonymous"
    name: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Caller:
    """A verified caller, or an anonymous one (``subject`` empty, ``level`` 0).

    ``subject`` is the account id; ``level`` the assurance level of this session (0–3, TRUST.md); ``wards`` are the people the
    caller may act for by recorded delegation (children, elders), by ``person_id``; ``enterprises`` the unified social credit
    codes the caller may act for (legal representative or clerk). ``scopes`` and ``policies`` are what the token grants, for
    ``@requiresScopes`` and ``@policy``.
    """

    subject: str = ""
    session: str = ""
    roles: frozenset[Role] = frozenset()
    level: int = 0
    person: Person | None = None
    wards: tuple[Person, ...] = ()
    enterprises: tuple[str, ...] = field(default=(), repr=False)
    department: str | None = None
    client: Client = Client()
    token_expires_at: float = 0.0
    scopes: frozenset[str] = frozenset()
    policies: frozenset[str] = frozenset()

    @property
    def is_anonymous(self) -> bool:
        return not self.subject


ANONYMOUS = Caller()
