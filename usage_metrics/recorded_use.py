"""Who uses a coordinate of the schema: the port that composition checks and retirement ask, and its simple
filling.

Operations are counted by signature; what a signature names is kept once, as text without literals.
Must never: keep a value that a client wrote into a document.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Any, Protocol

from graphql import (
    BooleanValueNode,
    DocumentNode,
    FloatValueNode,
    IntValueNode,
    ListValueNode,
    ObjectValueNode,
    StringValueNode,
    Visitor,
    print_ast,
    visit,
)
from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import Database
from tongban.clock import Clock
from usage_metrics.roll_up import date_of, day_number
from usage_metrics.tables import OPERATION_COORDINATES, OPERATION_DOCUMENTS, OPERATIONS


@dataclass(frozen=True, slots=True)
class CoordinateUse:
    """One client version that sent operations naming the coordinate."""

    app: str
    client_name: str
    client_version: str
    calls: int
    last_day: date


class RecordedUse(Protocol):
    """What a change of the schema would break."""

    async def of_coordinate(self, coordinate: str, days: int) -> tuple[CoordinateUse, ...]:
        """Most calls first; empty if nobody used it in the last ``days`` days, today included."""
        ...


LONGEST_DOCUMENT = 16_000
"""Letters. A longer one is nobody's app: ``most`` of them would fill a disk."""


class OperationStore:
    """Recorded use in the database. A worker keeps ``most`` documents; hostile variety beyond is dropped."""

    def __init__(self, database: Database, clock: Clock, most: int = 5_000) -> None:
        self._database = database
        self._clock = clock
        self._most = most
        self._remembered: set[str] = set()

    async def remember(self, signature: str, document: DocumentNode, coordinates: Collection[str]) -> None:
        """Keep what a signature stands for; once per signature, off the request's way."""
        if signature in self._remembered or len(self._remembered) >= self._most or len(signature) > 64:
            return
        text = without_literals(document)
        if len(text) > LONGEST_DOCUMENT:
            return
        insert = sqlite.insert if self._database.is_sqlite else postgresql.insert
        async with self._database.write() as connection:
            await connection.execute(
                insert(OPERATION_DOCUMENTS)
                .values(
                    signature=signature,
                    document=text,
                    first_seen_at=self._clock.epoch_s(),
                )
                .on_conflict_do_nothing()
            )
            named = sorted({each for each in coordinates if len(each) <= 256})
            if named:
                await connection.execute(
                    insert(OPERATION_COORDINATES).on_conflict_do_nothing(),
                    [{"signature": signature, "coordinate": each} for each in named],
                )
        self._remembered.add(signature)

    async def of_coordinate(self, coordinate: str, days: int) -> tuple[CoordinateUse, ...]:
        first = date_of(day_number(self._clock.epoch_s())) - timedelta(days=days - 1)
        calls = func.sum(OPERATIONS.c.count)
        client = (OPERATIONS.c.app, OPERATIONS.c.client_name, OPERATIONS.c.client_version)
        wanted = (
            select(*client, calls.label("calls"), func.max(OPERATIONS.c.day).label("last_day"))
            .join(OPERATION_COORDINATES, OPERATION_COORDINATES.c.signature == OPERATIONS.c.signature)
            .where(OPERATION_COORDINATES.c.coordinate == coordinate, OPERATIONS.c.day >= first)
            .group_by(*client)
            .order_by(calls.desc(), *client)
        )
        async with self._database.read() as connection:
            found = await connection.execute(wanted)
            return tuple(
                CoordinateUse(row.app, row.client_name, row.client_version, int(row.calls), row.last_day)
                for row in found
            )


def without_literals(document: DocumentNode) -> str:
    """The document's text with every literal made empty; enum values stay, they belong to the schema."""
    return print_ast(visit(document, _Blank()))


def signature_of(document: DocumentNode) -> str:
    """The signature of a normalised document.

    Shape: 64 hex digits.
    """
    return sha256(without_literals(document).encode()).hexdigest()


class _Blank(Visitor):
    """Replaces literals by empty ones of their kind."""

    def enter_int_value(self, *_: Any) -> IntValueNode:
        return IntValueNode(value="0")

    def enter_float_value(self, *_: Any) -> FloatValueNode:
        return FloatValueNode(value="0")

    def enter_string_value(self, *_: Any) -> StringValueNode:
        return StringValueNode(value="", block=False)

    def enter_boolean_value(self, *_: Any) -> BooleanValueNode:
        return BooleanValueNode(value=False)

    def enter_list_value(self, *_: Any) -> ListValueNode:
        return ListValueNode(values=())

    def enter_object_value(self, *_: Any) -> ObjectValueNode:
        return ObjectValueNode(fields=())
