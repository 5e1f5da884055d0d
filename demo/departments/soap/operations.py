"""What a department says of one of its operations, and what an operation is given and gives back.

An operation's work is a plain function: between looking and changing, nothing else runs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lxml import etree

from demo.context import Claims, Context
from demo.departments.soap.elements import Fields
from demo.departments.soap.mtom import Attachment
from demo.departments.soap.spellings import in_shanghai


@dataclass(frozen=True, slots=True)
class Call:
    """One request that has passed every check. ``claims`` is None where the operation asks for no citizen."""

    fields: Fields
    claims: Claims | None
    idempotency_key: str | None

    @property
    def subject(self) -> str:
        return self.claims.subject if self.claims is not None else ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A body element; with attachments (an empty tuple too) it leaves as MTOM, with None as plain XML."""

    payload: etree._Element
    attachments: tuple[Attachment, ...] | None = None


Work = Callable[[Call], Answer | etree._Element]


@dataclass(frozen=True, slots=True)
class Operation:
    """``counts`` is province.json's name, ``request`` the body element, ``action`` the SOAPAction.

    ``personal``: the citizen's token is asked for. ``writes``: an Idempotency-Key gives the same answer
    again.
    """

    counts: str
    request: str
    action: str
    work: Work
    personal: bool = True
    writes: bool = False


class Filing:
    """The filing room: opens a case under a number that says its kind and moment."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._running = 0

    def file(self, counts: str, call: Call, prefix: str, number: str | None = None, **facts: Any) -> str:
        """The number of the new case."""
        self._running += 1
        moment = in_shanghai(self._context.now())
        number = number or f"{prefix}{moment:%Y%m%d%H%M%S}{self._running % 10000:04d}"
        return self._context.cases.open(counts, call.subject, number, **facts).number

    def state(self, number: str) -> tuple[str, str] | None:
        """The state and the service of a case."""
        case = self._context.cases.get(number)
        return (case.state, case.service) if case is not None else None
