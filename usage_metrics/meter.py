"""The meter: counts events in memory, in about a microsecond, beside the request and never in its way.

``record`` cannot block, wait or raise; ``take`` hands what was counted since the last take to whoever writes
it down. Both belong to the event loop's thread. Sketches of people stay for the day (merging one twice
changes nothing), counts and histograms leave with each take.
Must never: grow with what clients send. Names, versions, operations and cells are capped; what is beyond is
``other``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from usage_metrics import people
from usage_metrics.events import CHANNELS, WHOLE_OPERATION, UsageEvent
from usage_metrics.histogram import Histogram, bucket_of
from usage_metrics.labels import OTHER, ClientLabels, plain
from usage_metrics.roll_up import DAY_S, SHANGHAI_OFFSET_S, Cell, OperationCell, RollUp, day_number

_Key: TypeAlias = tuple[int, str, str, str, str, str, str, str, str, str]
_SIGNED = 1 << 63


@dataclass(frozen=True, slots=True)
class Caps:
    """How much the meter may hold; each bound is a worst case in memory, not a target."""

    apps: int = 2_000
    names_per_app: int = 30
    versions_per_name: int = 30
    signatures_per_app: int = 2_000
    cells: int = 20_000
    operations: int = 20_000
    idle_takes: int = 30
    """A cell without events for so many takes is dropped; its sketch starts afresh, and the union is the
    same.
    """


class _Counting:
    """A live cell."""

    __slots__ = ("count", "idle_takes", "latency", "people")

    def __init__(self) -> None:
        self.count = 0
        self.latency: dict[int, int] = {}
        self.people: people.Sketch | None = None
        self.idle_takes = 0


@dataclass(frozen=True, slots=True)
class Taken:
    """What one live cell gave up. The sketch is shared with the meter: later people in it do no harm."""

    count: int
    latency: dict[int, int]
    people: people.Sketch | None = field(repr=False)

    def rolled_up(self) -> RollUp:
        sketch = None if self.people is None else people.to_bytes(self.people)
        return RollUp(self.count, Histogram(self.latency), sketch)


@dataclass(frozen=True, slots=True)
class Delta:
    """Everything counted between two takes."""

    cells: dict[Cell, Taken]
    operations: dict[OperationCell, int]

    @property
    def events(self) -> int:
        return sum(taken.count for taken in self.cells.values())


class Meter:
    """Counts; knows no database, no clock, no request."""

    def __init__(self, caps: Caps = Caps()) -> None:
        self._caps = caps
        self._cells: dict[_Key, _Counting] = {}
        self._operations: dict[OperationCell, int] = {}
        self._labels = ClientLabels(caps.names_per_app, caps.versions_per_name)
        self._clients: dict[tuple[str, str, str], tuple[str, str, str]] = {}
        self._apps: set[str] = set()
        self._signatures: dict[str, set[str]] = {}
        self._day = 0
        self._day_starts_s = 0.0

    def record(self, event: UsageEvent) -> None:
        """Count one event."""
        if not 0 <= event.at_s - self._day_starts_s < DAY_S:
            self._turn_to_day_of(event.at_s)
        asked = (event.app, event.client_name, event.client_version)
        app, name, version = self._clients.get(asked) or self._admit(asked)
        key = (  # a plain tuple: it equals its Cell and is made in a third of the time
            self._day,
            app,
            event.service,
            name,
            version,
            event.channel,
            event.who,
            event.kind,
            event.phase,
            event.outcome,
        )
        cell = self._cells.get(key) or self._open(Cell._make(key))
        cell.count += 1
        bucket = bucket_of(event.latency_ms)
        cell.latency[bucket] = cell.latency.get(bucket, 0) + 1
        if event.subject_hash is not None:
            if cell.people is None:
                cell.people = people.new_sketch()
            subject = event.subject_hash
            cell.people.update(subject if subject < _SIGNED else people.signed_64(subject))
        if event.service == WHOLE_OPERATION and event.signature:
            self._count_operation(app, name, version, event.signature)

    def take(self) -> Delta | None:
        """What was counted since the last take, or None if nothing was."""
        cells: dict[Cell, Taken] = {}
        for key, cell in list(self._cells.items()):
            if cell.count:
                cells[Cell._make(key)] = Taken(cell.count, cell.latency, cell.people)
                cell.count, cell.latency, cell.idle_takes = 0, {}, 0
            else:
                cell.idle_takes += 1
                if key[0] != self._day or cell.idle_takes >= self._caps.idle_takes:
                    del self._cells[key]
        operations, self._operations = self._operations, {}
        return Delta(cells, operations) if cells or operations else None

    @property
    def live_cells(self) -> int:
        return len(self._cells)

    def _turn_to_day_of(self, at_s: float) -> None:
        self._day = day_number(at_s)
        self._day_starts_s = self._day * DAY_S - SHANGHAI_OFFSET_S

    def _admit(self, asked: tuple[str, str, str]) -> tuple[str, str, str]:
        """A client seen for the first time: remembered under its own labels, or counted as ``other`` and not
        remembered.
        """
        app = plain(asked[0], 64)
        if app not in self._apps:
            if len(self._apps) >= self._caps.apps:
                return OTHER, OTHER, OTHER
            self._apps.add(app)
        name, version = self._labels.admit(app, asked[1], asked[2])
        admitted = (app, name, version)
        if admitted == asked:
            self._clients[asked] = admitted
        return admitted

    def _open(self, key: Cell) -> _Counting:
        """A cell not seen yet; when the meter is full, the cell of all ``other`` clients, then the one of
        everything.
        """
        if key.channel not in CHANNELS:
            key = key._replace(channel="unknown")
        if len(key.service) > 96:
            key = key._replace(service=OTHER)
        if key not in self._cells and len(self._cells) >= self._caps.cells:
            key = key._replace(client_name=OTHER, client_version=OTHER, channel="unknown")
        if key not in self._cells and len(self._cells) >= 2 * self._caps.cells:
            key = key._replace(app=OTHER, service=OTHER)
        return self._cells.setdefault(key, _Counting())

    def _count_operation(self, app: str, name: str, version: str, signature: str) -> None:
        known = self._signatures.setdefault(app, set())
        if signature not in known:
            if len(known) >= self._caps.signatures_per_app or len(signature) > 64:
                signature = OTHER
            else:
                known.add(signature)
        key = OperationCell(self._day, app, name, version, signature)
        if key not in self._operations and len(self._operations) >= self._caps.operations:
            key = key._replace(client_name=OTHER, client_version=OTHER, signature=OTHER)
        self._operations[key] = self._operations.get(key, 0) + 1
