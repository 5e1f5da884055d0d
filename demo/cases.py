"""A department's case book: numbers given in order, states that move on with the department's own clock.

It never looks at a wall clock: ``now`` is handed in.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from demo.context import Case

STATES = ("submitted", "accepted", "supplement", "decided", "delivered")
"""In the order of the platform's words; ``supplement`` is reached only through the control address."""

WALK = ("submitted", "accepted", "decided", "delivered")
"""What a case goes through by itself."""


class Cases:
    """One department's case book. ``first`` is the first running number (after a restart: a new one)."""

    def __init__(self, code: str, now: Callable[[], datetime], step_s: float = 1.0, first: int = 1) -> None:
        self._prefix = code.upper()
        self._now = now
        self._step_s = step_s
        self._next = first
        self._cases: dict[str, Case] = {}
        self._by_key: dict[tuple[str, str, str], Case] = {}
        self._held: set[str] = set()

    def __len__(self) -> int:
        return len(self._cases)

    def open(
        self, service: str, subject: str, number: str | None = None, key: str | None = None, **facts: Any
    ) -> Case:
        """See ``context.CaseBook.open``."""
        if key is not None and (service, subject, key) in self._by_key:
            return self.get(self._by_key[service, subject, key].number) or self._by_key[service, subject, key]
        opened_at = self._now()
        if number is None:
            number = f"{self._prefix}{opened_at:%Y%m}-{self.serial():06d}"
        case = Case(number=number, service=service, subject=subject, opened_at=opened_at, facts=facts)
        self._cases[number] = case
        if key is not None:
            self._by_key[service, subject, key] = case
        return case

    def known(self, service: str, subject: str, key: str | None) -> Case | None:
        """The case that this idempotency key has already opened: ask before doing anything twice."""
        found = self._by_key.get((service, subject, key)) if key else None
        return self.get(found.number) if found else None

    def serial(self) -> int:
        """The next running number, for numbers of another shape (permits, certificates)."""
        self._next += 1
        return self._next - 1

    def get(self, number: str) -> Case | None:
        """With the state it has reached by now."""
        case = self._cases.get(number)
        if case is not None and number not in self._held and self._step_s > 0:
            steps = int((self._now() - case.opened_at).total_seconds() / self._step_s)
            case.state = WALK[max(0, min(steps, len(WALK) - 1))]
        return case

    def put(self, number: str, state: str) -> Case | None:
        """Set a state and hold the case there (the control address). ``auto`` lets it move on again.

        Raises ValueError for an unknown state.
        """
        case = self._cases.get(number)
        if case is None:
            return None
        if state == "auto":
            self._held.discard(number)
            return self.get(number)
        if state not in STATES:
            raise ValueError(f"state must be one of {', '.join(STATES)} or auto")
        self._held.add(number)
        case.state = state
        return case
