"""From the meter to the database, each event exactly once.

A delta is written in one transaction together with its row (worker, epoch, seq). If that transaction's end is
unknown (the connection broke while committing), the same delta is offered again under the same seq: if its
row is there, it is in.
Must never: take a new delta before the last one is known to be in, or drop one that failed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Table, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from tongban.clock import Clock
from tongban.ids import new_id
from usage_metrics.histogram import Histogram
from usage_metrics.meter import Delta, Meter
from usage_metrics.roll_up import NOTHING, Cell, OperationCell, RollUp, date_of
from usage_metrics.tables import FLUSHES, OPERATIONS, ROLL_UPS

_LOG = logging.getLogger(__name__)
_CHUNK = 200
_KEEP_EPOCHS_S = 30 * 86_400

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class _Packed:
    """A delta ready to be written, in the order of its digests, so that two workers never lock crosswise."""

    seq: int
    events: int
    cells: tuple[tuple[bytes, Cell, RollUp], ...]
    operations: tuple[tuple[bytes, OperationCell, int], ...]


class Flusher:
    """Writes one worker's deltas. ``epoch`` names this life of the worker: a restarted one counts its ``seq``
    afresh.
    """

    def __init__(
        self, database: Database, meter: Meter, clock: Clock, worker_id: str, epoch: str | None = None
    ) -> None:
        self._database = database
        self._meter = meter
        self._clock = clock
        self._worker_id = worker_id
        self._epoch = epoch or new_id(clock.epoch_s())
        self._seq = 0
        self._waiting: Delta | None = None
        self._one_at_a_time = asyncio.Lock()

    async def flush(self) -> int:
        """Write everything counted so far; the number of events that are now known to be in.

        Raises: what the database raises; the delta is kept and offered again by the next flush.
        """
        async with self._one_at_a_time:
            written = await self._write_waiting()
            self._waiting = self._meter.take()
            if self._waiting is not None:
                self._seq += 1
            return written + await self._write_waiting()

    async def run(self, interval_s: float = 10.0) -> None:
        """Flush for ever, and once more when cancelled; a failed flush is tried again at the next turn."""
        try:
            while True:
                await asyncio.sleep(interval_s)
                await self._flush_or_log()
        finally:
            await self._flush_or_log()

    async def _flush_or_log(self) -> None:
        try:
            await self.flush()
        except Exception as failure:  # the meter must outlive any trouble of the store
            _LOG.warning("usage not flushed, kept for the next turn: %s", type(failure).__name__)

    async def _write_waiting(self) -> int:
        if self._waiting is None:
            return 0
        packed = await _packed(self._waiting, self._seq)
        async with self._database.write() as connection:
            if await self._claim(connection, packed):
                await self._merge(connection, packed)
        self._waiting = None
        return packed.events

    async def _claim(self, connection: AsyncConnection, packed: _Packed) -> bool:
        """False if this seq is in already. As the first statement it also makes SQLite take its write lock
        before reading.
        """
        claimed = await connection.execute(
            self._insert(FLUSHES)
            .values(
                worker=self._worker_id,
                epoch=self._epoch,
                seq=packed.seq,
                flushed_at=self._clock.epoch_s(),
                events=packed.events,
            )
            .on_conflict_do_nothing()
        )
        return claimed.rowcount == 1

    async def _merge(self, connection: AsyncConnection, packed: _Packed) -> None:
        for cells in _chunks(packed.cells):
            await self._merge_cells(connection, cells)
        for operations in _chunks(packed.operations):
            await self._add_operations(connection, operations)
        await self._forget_older(connection, packed.seq)

    async def _merge_cells(
        self, connection: AsyncConnection, cells: Sequence[tuple[bytes, Cell, RollUp]]
    ) -> None:
        """Make sure that the rows are there, lock them, add to them."""
        await connection.execute(
            self._insert(ROLL_UPS).on_conflict_do_nothing(),
            [{"cell": digest, **_dimensions(cell), **_columns(NOTHING)} for digest, cell, _ in cells],
        )
        found = await connection.execute(
            select(ROLL_UPS.c.cell, ROLL_UPS.c.count.label("events"), ROLL_UPS.c.latency, ROLL_UPS.c.people)
            .where(ROLL_UPS.c.cell.in_([digest for digest, _, _ in cells]))
            .order_by(ROLL_UPS.c.cell)
            .with_for_update()
        )
        stored = {
            row.cell: RollUp(row.events, Histogram.from_bytes(row.latency), row.people) for row in found
        }
        await connection.execute(
            update(ROLL_UPS).where(ROLL_UPS.c.cell == bindparam("of_cell")),
            [{"of_cell": digest, **_columns(stored[digest].merged(added))} for digest, _, added in cells],
        )

    async def _add_operations(
        self, connection: AsyncConnection, operations: Sequence[tuple[bytes, OperationCell, int]]
    ) -> None:
        insert = self._insert(OPERATIONS)
        await connection.execute(
            insert.on_conflict_do_update(
                index_elements=[OPERATIONS.c.cell],
                set_={"count": OPERATIONS.c.count + insert.excluded.count},
            ),
            [{"cell": digest, **_dimensions(cell), "count": count} for digest, cell, count in operations],
        )

    async def _forget_older(self, connection: AsyncConnection, seq: int) -> None:
        """Only the last seq of a life can be in doubt; lives that ended long ago cannot."""
        own = FLUSHES.c.worker == self._worker_id
        await connection.execute(
            delete(FLUSHES).where(own, FLUSHES.c.epoch == self._epoch, FLUSHES.c.seq < seq)
        )
        await connection.execute(
            delete(FLUSHES).where(own, FLUSHES.c.flushed_at < self._clock.epoch_s() - _KEEP_EPOCHS_S)
        )

    def _insert(self, table: Table) -> Any:
        """``INSERT … ON CONFLICT`` is spelled alike in both dialects, but lives in each."""
        return sqlite.insert(table) if self._database.is_sqlite else postgresql.insert(table)


async def _packed(delta: Delta, seq: int) -> _Packed:
    """Serialise the sketches, a chunk at a time, so that the loop is never held for long."""
    cells: list[tuple[bytes, Cell, RollUp]] = []
    for chunk in _chunks(tuple(delta.cells.items())):
        cells.extend((cell.digest, cell, taken.rolled_up()) for cell, taken in chunk)
        await asyncio.sleep(0)
    operations = [(cell.digest, cell, count) for cell, count in delta.operations.items()]
    return _Packed(
        seq, delta.events, tuple(sorted(cells, key=_digest)), tuple(sorted(operations, key=_digest))
    )


def _digest(packed: tuple[bytes, object, object]) -> bytes:
    return packed[0]


def _dimensions(cell: Cell | OperationCell) -> dict[str, object]:
    return {**cell._asdict(), "day": date_of(cell.day)}


def _columns(roll_up: RollUp) -> dict[str, object]:
    return {"count": roll_up.count, "latency": roll_up.latency.to_bytes(), "people": roll_up.people}


def _chunks(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    remaining = iter(items)
    while chunk := tuple(islice(remaining, _CHUNK)):
        yield chunk
