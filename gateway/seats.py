"""How many subscriptions may be open at once: of a socket, of a person, of a process (TRUST: limits on for everyone)."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass

from tongban.errors import CallerFault, ErrorCode, OurFault, TongbanError


@dataclass(slots=True)
class Seats:
    """``most`` of one place; ``full`` makes the error for who finds none left."""

    most: int
    full: Callable[[], TongbanError]
    taken: int = 0

    def take(self) -> Callable[[], None]:
        """What gives the seat back; to be called once. Raises what ``full`` makes."""
        if self.taken >= self.most:
            raise self.full()
        self.taken += 1
        return self._give_back

    def _give_back(self) -> None:
        self.taken -= 1


def seats_of_socket(most: int) -> Seats:
    return Seats(most, lambda: _too_many(f"A socket may have {most} subscriptions open."))


def _too_many(message: str) -> TongbanError:
    return CallerFault(ErrorCode.RATE_LIMITED, message, retry_after_s=1)


class SeatsByPerson:
    """``each`` for everyone who has logged in, ``most`` for all together (strangers have no other bound)."""

    def __init__(self, each: int, most: int) -> None:
        self._each = each
        self._all = Seats(most, lambda: OurFault(ErrorCode.OVERLOADED, retry_after_s=5))
        self._of: dict[Hashable, Seats] = {}

    @property
    def taken(self) -> int:
        return self._all.taken

    def take(self, subject: str) -> Callable[[], None]:
        """``subject`` empty: a stranger. Raises CallerFault(RATE_LIMITED), OurFault(OVERLOADED)."""
        give_back = self._all.take()
        if not subject:
            return give_back
        message = f"You may have {self._each} subscriptions open."
        own = self._of.setdefault(subject, Seats(self._each, lambda: _too_many(message)))
        try:
            give_own_back = own.take()
        except TongbanError:
            give_back()
            raise

        def both() -> None:
            give_back()
            give_own_back()
            if not own.taken:
                self._of.pop(subject, None)

        return both
