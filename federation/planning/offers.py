"""Who could answer which of the fields that are pending at one place; kept up to date while they are being answered, so
that asking who is best costs no look at every field of every stand. It chooses nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from federation.planning.coverage import Coverage, Measure
from federation.planning.faults import Budget
from federation.planning.stands import Name, Stand
from federation.planning.wanted import Wanted

Tried = dict[Wanted, set[Name]]
"""Which stands have been asked for a field in vain, or are just being asked."""

_LOOKS_TO_A_STEP = 16


@dataclass(slots=True)
class Offer:
    """What one stand could answer. ``whole``: so many fields with all that is below them; ``got``: leaves in all."""

    fields: dict[Wanted, Measure] = field(default_factory=dict)
    whole: int = 0
    got: int = 0

    def add(self, wanted: Wanted, measure: Measure) -> None:
        self.fields[wanted] = measure
        self.whole += measure[0] == measure[1]
        self.got += measure[0]

    def drop(self, wanted: Wanted) -> bool:
        """Whether it was there."""
        measure = self.fields.pop(wanted, None)
        if measure is None:
            return False
        self.whole -= measure[0] == measure[1]
        self.got -= measure[0]
        return True


class Offers:
    """The offers of all stands for the ``pending`` fields. ``could``: whether a stand can be asked for a field of that
    name."""

    def __init__(
        self,
        coverage: Coverage,
        budget: Budget,
        could: Callable[[Stand, str], bool],
        pending: Iterable[Wanted],
        tried: Tried,
    ) -> None:
        self._coverage = coverage
        self._budget = budget
        self._could = could
        self._pending = dict.fromkeys(pending)
        self._tried = tried
        self._offers: dict[Stand, Offer] = {}
        self._by_name: dict[Name, list[Offer]] = {}

    @property
    def pending(self) -> int:
        """How many fields."""
        return len(self._pending)

    def of(self, stand: Stand) -> Offer:
        """What the stand could answer of what is pending and was not yet asked of it."""
        found = self._offers.get(stand)
        if found is None:
            self._budget.spend(1 + len(self._pending) // _LOOKS_TO_A_STEP)
            found = self._offers[stand] = Offer()
            self._by_name.setdefault(stand.name, []).append(found)
            for each in self._pending:
                if stand.name not in self._tried.get(each, ()) and self._could(stand, each.name):
                    found.add(each, self._coverage.of(stand, each))
        return found

    def sole(self, stands: Iterable[Stand], pending: Iterable[Wanted]) -> Stand | None:
        """Of these the one that alone could answer the first of the fields that only one could."""
        able: dict[Wanted, list[Stand]] = {}
        for stand in stands:
            for each in self.of(stand).fields:
                able.setdefault(each, []).append(stand)
        return next((able[each][0] for each in pending if len(able.get(each, ())) == 1), None)

    def ask(self, stand: Stand, wanted: Wanted) -> None:
        """The stand is asked for a field: it is not asked for it again."""
        self._tried.setdefault(wanted, set()).add(stand.name)
        for offer in self._by_name.get(stand.name, ()):
            offer.drop(wanted)

    def answered(self, wanted: Wanted) -> None:
        """All of the field is planned."""
        del self._pending[wanted]
        for offer in self._offers.values():
            offer.drop(wanted)

    def left(self, wanted: Wanted, rest: Wanted) -> None:
        """Of the field ``rest`` is left over; who was asked for the one is not asked for the other."""
        if rest is wanted:
            return
        del self._pending[wanted]
        self._pending[rest] = None
        self._tried[rest] = set(self._tried.get(wanted, ()))
        for stand, offer in self._offers.items():
            if offer.drop(wanted):
                offer.add(rest, self._coverage.of(stand, rest))
