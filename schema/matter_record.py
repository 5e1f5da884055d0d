"""What the matter log gives: a matter as stored, and what a request to begin one meets.

Must never: show a number, an answer or a person in a repr.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from schema.states import UNCONFIRMED, MatterState
from tongban.caller import Caller


@dataclass(frozen=True, slots=True)
class Begun:
    """The department may be called. ``is_repeat``: it was called before under this matter, and takes
    idempotency keys.
    """

    matter_id: str
    is_repeat: bool = False


@dataclass(frozen=True, slots=True)
class Replayed:
    """It was done before: this was the answer."""

    matter_id: str
    result_json: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class MatterRecord:
    """A matter as stored, its number opened. Moments are epoch seconds."""

    id: str
    subject: str = field(repr=False)
    person_id: str | None = field(repr=False)
    department: str
    service: str
    state: MatterState
    responsible_unit: str
    opened_at_s: float
    updated_at_s: float
    due_at_s: float | None
    confirmed_at_s: float | None
    number: str | None = field(repr=False)
    rating: int | None
    refresh_attempts: int

    @property
    def is_confirmed(self) -> bool:
        return self.state not in UNCONFIRMED

    def belongs_to(self, caller: Caller) -> bool:
        """Its owner asks: the person, or the account where there is no person behind it."""
        if self.person_id is None:
            return bool(caller.subject) and self.subject == caller.subject
        return caller.person is not None and caller.person.person_id == self.person_id

    def visible_to(self, caller: Caller) -> bool:
        """The owner, or who acts for the owner by recorded delegation."""
        return self.belongs_to(caller) or any(ward.person_id == self.person_id for ward in caller.wards)
