"""Whom a change would hit: the recorded operations that name a coordinate, the client versions that sent them, people a day.

Must never: tell a person, or a group under ten as a number (``people.shown``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from graphql import GraphQLError, OperationDefinitionNode, parse
from sqlalchemy import func, select

from storage.database import Database
from usage_metrics import people
from usage_metrics.events import WHOLE_OPERATION
from usage_metrics.report import NOT_GENUINE
from usage_metrics.roll_up import date_of, day_number
from usage_metrics.tables import OPERATION_COORDINATES, OPERATION_DOCUMENTS, OPERATIONS, ROLL_UPS

LOOKED_BACK_DAYS = 400
_CHUNK = 400


@dataclass(frozen=True, slots=True)
class Hit:
    """One client version that sent one operation. ``calls_a_day`` is the mean over the days with calls."""

    signature: str
    operation: str
    app: str
    client_name: str
    client_version: str
    calls: int
    days: int
    last_day: date

    @property
    def calls_a_day(self) -> int:
        return max(1, round(self.calls / self.days))

    @property
    def client(self) -> tuple[str, str, str]:
        return self.app, self.client_name, self.client_version


def first_day(now_s: float, days: int = LOOKED_BACK_DAYS) -> date:
    """Of the last ``days`` days, today included."""
    return date_of(day_number(now_s)) - timedelta(days=days - 1)


async def hits_of(database: Database, coordinates: Collection[str], since: date) -> tuple[Hit, ...]:
    """Most calls first. ``coordinates``: ``Type.field``."""
    signatures = await _naming(database, sorted(coordinates))
    names = await _names(database, signatures)
    found: list[Hit] = []
    used = OPERATIONS.c
    cell = (used.signature, used.app, used.client_name, used.client_version)
    async with database.read() as connection:
        for chunk in _chunks(signatures):
            wanted = (
                select(
                    *cell,
                    func.sum(used.count).label("calls"),
                    func.count(used.day.distinct()).label("days"),
                    func.max(used.day).label("last_day"),
                )
                .where(used.signature.in_(chunk), used.day >= since)
                .group_by(*cell)
            )
            for row in await connection.execute(wanted):
                name = names.get(row.signature, "")
                found.append(
                    Hit(
                        row.signature,
                        name,
                        row.app,
                        row.client_name,
                        row.client_version,
                        int(row.calls),
                        int(row.days),
                        row.last_day,
                    )
                )
    return tuple(sorted(found, key=lambda hit: (-hit.calls, hit.operation, hit.client)))


async def people_a_day(
    database: Database, services: Collection[str], clients: Collection[tuple[str, str, str]], since: date
) -> int:
    """How many people these client versions served on a day with calls, at these services (none known: in all), in the mean.

    Who asked for which operation is kept nowhere, so it is at most so many. Days are read one after the other.
    """
    if not clients:
        return 0
    rolled, wanted = ROLL_UPS.c, set(clients)
    asked = (
        select(rolled.day, rolled.app, rolled.client_name, rolled.client_version, rolled.people)
        .where(
            rolled.day >= since,
            rolled.service.in_(sorted(services) or [WHOLE_OPERATION]),
            rolled.app.in_(sorted({app for app, _, _ in wanted})),
            rolled.who.not_in(NOT_GENUINE),
            rolled.people.is_not(None),
        )
        .order_by(rolled.day)
    )
    estimates: list[int] = []
    day: date | None = None
    sketches: list[bytes] = []
    async with database.read() as connection:
        async for row in await connection.stream(asked):
            if (row.app, row.client_name, row.client_version) not in wanted:
                continue
            if row.day != day and sketches:
                estimates.append(people.estimate(people.merged(sketches)))
                sketches = []
            day = row.day
            sketches.append(row.people)
    if sketches:
        estimates.append(people.estimate(people.merged(sketches)))
    return max(1, round(sum(estimates) / len(estimates))) if estimates else 0


async def _naming(database: Database, coordinates: Sequence[str]) -> list[str]:
    """Signatures of the operations that name one of them."""
    found: set[str] = set()
    named = OPERATION_COORDINATES.c
    async with database.read() as connection:
        for chunk in _chunks(coordinates):
            wanted = select(named.signature).where(named.coordinate.in_(chunk)).distinct()
            found.update((await connection.execute(wanted)).scalars())
    return sorted(found)


async def _names(database: Database, signatures: Sequence[str]) -> dict[str, str]:
    """Operation names; an operation without one is called by its root fields."""
    kept = OPERATION_DOCUMENTS.c
    found: dict[str, str] = {}
    async with database.read() as connection:
        for chunk in _chunks(signatures):
            wanted = select(kept.signature, kept.document).where(kept.signature.in_(chunk))
            for row in await connection.execute(wanted):
                found[row.signature] = _name(row.document)
    return found


def _name(document: str) -> str:
    try:
        definitions = parse(document).definitions
    except (GraphQLError, RecursionError):
        return ""
    for each in definitions:
        if isinstance(each, OperationDefinitionNode):
            if each.name is not None:
                return each.name.value
            fields = (getattr(node, "name", None) for node in each.selection_set.selections)
            return "{ " + " ".join(field.value for field in fields if field is not None) + " }"
    return ""


def _chunks(items: Sequence[str]) -> Iterable[Sequence[str]]:
    return (items[start : start + _CHUNK] for start in range(0, len(items), _CHUNK))
