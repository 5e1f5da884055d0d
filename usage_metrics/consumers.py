"""Who uses each coordinate of the graph: for the catalogue of data.

Must never: tell a person, or a group under ten as a number (``people.shown``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from storage.database import Database
from usage_metrics.tables import OPERATION_COORDINATES, OPERATIONS


@dataclass(frozen=True, slots=True)
class Consumer:
    """A client version that sent operations naming a coordinate."""

    app: str
    client_name: str
    client_version: str
    calls: int

    @property
    def client(self) -> tuple[str, str, str]:
        return self.app, self.client_name, self.client_version


async def consumers(database: Database, since: date) -> Mapping[str, tuple[Consumer, ...]]:
    """By coordinate (``Type.field``, arguments and enum values too), most calls first."""
    used, named = OPERATIONS.c, OPERATION_COORDINATES.c
    client = (used.app, used.client_name, used.client_version)
    calls = func.sum(used.count)
    wanted = (
        select(named.coordinate, *client, calls.label("calls"))
        .join(OPERATIONS, named.signature == used.signature)
        .where(used.day >= since)
        .group_by(named.coordinate, *client)
        .order_by(named.coordinate, calls.desc(), *client)
    )
    found: dict[str, list[Consumer]] = defaultdict(list)
    async with database.read() as connection:
        async for row in await connection.stream(wanted):
            one = Consumer(row.app, row.client_name, row.client_version, int(row.calls))
            found[row.coordinate].append(one)
    return {coordinate: tuple(held) for coordinate, held in found.items()}
