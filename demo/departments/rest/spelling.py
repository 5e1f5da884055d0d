"""The spellings of real departments: dates, sexes, empty strings for nothing, fen for yuan, states as
codes."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal

SHANGHAI = timezone(timedelta(hours=8))

STATE_CODES = {"submitted": "10", "accepted": "20", "supplement": "30", "decided": "40", "delivered": "50"}


def blank(value: str | None) -> str:
    """Nothing is an empty string, as old databases write it."""
    return value or ""


def state_code(state: str) -> str:
    return STATE_CODES[state]


def chinese_date(value: date) -> str:
    """``2026年1月5日``."""
    return f"{value.year}年{value.month}月{value.day}日"


def compact(value: datetime) -> str:
    """``20260105103000``, in the province's time."""
    return local(value).strftime("%Y%m%d%H%M%S")


def spaced(value: datetime) -> str:
    """``2026-01-05 10:30:00``, in the province's time."""
    return local(value).strftime("%Y-%m-%d %H:%M:%S")


def epoch_s(value: datetime) -> int:
    return int(local(value).timestamp())


def epoch_ms(value: datetime) -> int:
    return int(local(value).timestamp() * 1000)


def midnight(value: date) -> datetime:
    return datetime.combine(value, time(), SHANGHAI)


def local(value: datetime) -> datetime:
    """A time without zone is the province's own."""
    return value.replace(tzinfo=SHANGHAI) if value.tzinfo is None else value.astimezone(SHANGHAI)


def iso(value: datetime) -> str:
    return local(value).isoformat(timespec="seconds")


def fen(value: Decimal) -> int:
    return int(value * 100)


def yuan(value: Decimal) -> str:
    return f"{value:.2f}"
