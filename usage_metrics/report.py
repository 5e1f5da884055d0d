"""What is used and what is not: one row a service, app and client, starting from the registry and not from
the traffic.

Must never: show a person, a group of fewer than ten people as a number, or leave out a service because nobody
called it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from unicodedata import east_asian_width

import orjson
from sqlalchemy import select

from storage.database import Database
from usage_metrics import people
from usage_metrics.events import FINISHED_PHASES, WHOLE_OPERATION
from usage_metrics.histogram import Histogram
from usage_metrics.tables import ROLL_UPS

NOT_GENUINE = ("probe", "test")
"""Our own probes and tests are kept, and left out of reports."""

WHOLE_OPERATION_TITLE = "全部请求 · all operations"


@dataclass(frozen=True, slots=True)
class UsageRow:
    """One service as one client of one app used it; ``app`` is empty for a service that nobody called."""

    service: str
    title: str
    app: str = ""
    client: str = ""
    calls: int = 0
    ok: int = 0
    errors: Mapping[str, int] = field(default_factory=dict)
    p50_ms: float | None = None
    p95_ms: float | None = None
    people: int = 0
    finished: int = 0

    @property
    def people_shown(self) -> str:
        return people.shown(self.people)


class _Tally:
    """A row in the making."""

    def __init__(self) -> None:
        self.calls = self.ok = self.finished = 0
        self.errors: dict[str, int] = {}
        self.latency = Histogram()
        self.people: bytes | None = None

    def row(self, service: str, title: str, app: str, client: str) -> UsageRow:
        return UsageRow(
            service,
            title,
            app,
            client,
            self.calls,
            self.ok,
            dict(sorted(self.errors.items())),
            self.latency.quantile_ms(0.5),
            self.latency.quantile_ms(0.95),
            people.estimate(self.people),
            self.finished,
        )


async def usage_report(
    database: Database, services: Mapping[str, str], since: date, until: date
) -> list[UsageRow]:
    """Rows of every registered service (``services``: id to title), in the registry's order, busiest client
    first.

    Both days are included. Services that were called but are no longer registered come last.
    """
    tallies = await _tallies(database, since, until)
    called: dict[str, list[tuple[str, str, _Tally]]] = {}
    for (service, app, client), tally in tallies.items():
        called.setdefault(service, []).append((app, client, tally))
    titles = {WHOLE_OPERATION: WHOLE_OPERATION_TITLE, **services}
    rows: list[UsageRow] = []
    for service in (*titles, *sorted(called.keys() - titles.keys())):
        title = titles.get(service, "")
        users = sorted(called.get(service, ()), key=lambda user: (-user[2].calls, user[0], user[1]))
        rows.extend(tally.row(service, title, app, client) for app, client, tally in users)
        if not users:
            rows.append(UsageRow(service, title))
    return rows


async def _tallies(database: Database, since: date, until: date) -> dict[tuple[str, str, str], _Tally]:
    stored = ROLL_UPS.c
    tallies: dict[tuple[str, str, str], _Tally] = {}
    async with database.read() as connection:
        rows = await connection.stream(
            select(
                stored.service,
                stored.app,
                stored.client_name,
                stored.kind,
                stored.phase,
                stored.outcome,
                stored.count.label("events"),
                stored.latency,
                stored.people,
            ).where(
                stored.day.between(since, until), stored.who.not_in(NOT_GENUINE), stored.kind != "feedback"
            )
        )
        async for row in rows:
            tally = tallies.setdefault((row.service, row.app, row.client_name), _Tally())
            tally.calls += row.events
            if row.outcome == "ok":
                tally.ok += row.events
                if row.kind == "transaction" and row.phase in FINISHED_PHASES:
                    tally.finished += row.events
            else:
                tally.errors[row.outcome] = tally.errors.get(row.outcome, 0) + row.events
            tally.latency = tally.latency.merged(Histogram.from_bytes(row.latency))
            tally.people = people.merged((tally.people, row.people))
    return tallies


def as_json(rows: Iterable[UsageRow], since: date, until: date) -> bytes:
    """The report for machines; small groups are suppressed here too."""
    return orjson.dumps(
        {
            "since": since,
            "until": until,
            "rows": [
                {
                    "service": row.service,
                    "title": row.title,
                    "app": row.app or None,
                    "client": row.client or None,
                    "calls": row.calls,
                    "ok": row.ok,
                    "errors": dict(row.errors),
                    "p50_ms": _rounded(row.p50_ms),
                    "p95_ms": _rounded(row.p95_ms),
                    "people": row.people_shown,
                    "finished": row.finished,
                }
                for row in rows
            ],
        },
        option=orjson.OPT_INDENT_2,
    )


_HEADINGS = (
    "服务 service",
    "名称 title",
    "应用 app",
    "客户端 client",
    "次数 calls",
    "成功 ok",
    "失败 errors",
    "p50 ms",
    "p95 ms",
    "人数 people",
    "办结 finished",
)
_LEFT = frozenset({0, 1, 2, 3, 6})


def as_text(rows: Iterable[UsageRow]) -> str:
    """The report for a terminal, its columns aligned by display width."""
    table = [_HEADINGS, *(_cells(row) for row in rows)]
    widths = [max(map(display_width, column)) for column in zip(*table, strict=True)]
    return "\n".join(
        "  ".join(
            _padded(text, width, left=index in _LEFT)
            for index, (text, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in table
    )


def display_width(text: str) -> int:
    """Columns on a terminal: a Chinese letter takes two."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _cells(row: UsageRow) -> tuple[str, ...]:
    return (
        row.service,
        row.title,
        row.app or "–",
        row.client or "–",
        str(row.calls),
        str(row.ok),
        " ".join(f"{kind}:{count}" for kind, count in row.errors.items()) or "–",
        _latency(row.p50_ms),
        _latency(row.p95_ms),
        row.people_shown,
        str(row.finished),
    )


def _latency(latency_ms: float | None) -> str:
    return "–" if latency_ms is None else f"{latency_ms:.3g}" if latency_ms < 100 else f"{latency_ms:.0f}"


def _rounded(latency_ms: float | None) -> float | None:
    return None if latency_ms is None else float(f"{latency_ms:.3g}")


def _padded(text: str, width: int, *, left: bool) -> str:
    space = " " * (width - display_width(text))
    return text + space if left else space + text


def totals(rows: Sequence[UsageRow]) -> dict[str, int]:
    """How many services are registered, called and never called; for the line under the table."""
    services = {row.service for row in rows} - {WHOLE_OPERATION}
    called = {row.service for row in rows if row.calls} - {WHOLE_OPERATION}
    return {"services": len(services), "called": len(called), "never_called": len(services - called)}
