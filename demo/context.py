"""What a department's backend is given: the world, secrets, a case book, traits, a place to count calls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from demo.world import World


@dataclass(slots=True)
class Case:
    """One matter at one department. ``state``: submitted, accepted, supplement, decided, delivered."""

    number: str
    service: str
    subject: str
    opened_at: datetime
    state: str = "submitted"
    facts: dict[str, Any] = field(default_factory=dict)


class CaseBook(Protocol):
    """A department's cases. They move on by themselves with time (a second a step at demo speed).

    The control address may set a case's state, which holds it there.
    """

    def open(
        self, service: str, subject: str, number: str | None = None, key: str | None = None, **facts: Any
    ) -> Case:
        """A new case; ``subject`` is the pairwise subject or cid of who opened it.

        The same idempotency ``key`` (of the same service and subject) gives the same case.
        """
        ...

    def known(self, service: str, subject: str, key: str | None) -> Case | None:
        """The case that this idempotency key has already opened: ask before doing anything twice."""
        ...

    def serial(self) -> int:
        """The next running number, for numbers of a shape of one's own."""
        ...

    def get(self, number: str) -> Case | None:
        """With the state it has reached by now."""
        ...


@dataclass(frozen=True, slots=True)
class Claims:
    """A verified department token of the platform."""

    subject: str
    audience: str
    purpose: str
    level: int


class BadToken(Exception):
    """Not a token of the platform for this department, or expired."""


@dataclass(slots=True)
class Context:
    """One department's view.

    ``traits`` are those that break calls or depend on the calendar, switched on by the control address.
    """

    code: str
    world: World
    cases: CaseBook
    secret: Callable[[str], str]
    """``secret("api-key")`` → the value of ``secret://<code>/api-key``."""
    verify_token: Callable[[str], Awaitable[Claims]]
    """``await verify_token(jwt) -> Claims`` for this department's audience (its code), or raises BadToken."""
    now: Callable[[], datetime]
    traits: set[str] = field(default_factory=set)
    calls: Counter[str] = field(default_factory=Counter)
    base_url: str = ""

    def called(self, operation: str) -> None:
        """Count a call of one of province.json's operations (or of another one: ``caseStatus``)."""
        self.calls[operation] += 1
