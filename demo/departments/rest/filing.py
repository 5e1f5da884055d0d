"""Filing a matter: one case a request, or the same case again for the same idempotency key; and numbers for
it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import Any

from demo.context import Case, Context
from demo.departments.rest.desk import Asked
from demo.departments.rest.refusal import unknown
from demo.departments.rest.spelling import local


@dataclass(frozen=True, slots=True)
class Filed:
    """``is_new`` is false where the idempotency key was seen before: then nothing may have an effect
    again."""

    case: Case
    is_new: bool

    @property
    def number(self) -> str:
        return self.case.number


class Registry:
    """The filing room of one department. Its numbers are a prefix, the time (so that none comes twice
    after a restart) and a running number."""

    def __init__(self, context: Context, *, honours_keys: bool = True) -> None:
        self._context = context
        self._honours_keys = honours_keys
        self._running = count(1)

    def file(self, service: str, asked: Asked, prefix: str, **facts: Any) -> Filed:
        """Opens the case whose number the operation answers with, be it called case, card or permit
        number."""
        number = f"{prefix}{local(self._context.now()):%y%m%d%H%M%S}{next(self._running):04d}"
        key = asked.key if self._honours_keys else None
        case = self._context.cases.open(service, asked.subject, number, key, **facts)
        return Filed(case, is_new=case.number == number)

    def find(self, number: str) -> Case:
        case = self._context.cases.get(number)
        if case is None:
            raise unknown("该办件")
        return case
