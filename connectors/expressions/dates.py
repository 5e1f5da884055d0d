"""Days and moments as departments write them, and as the graph says them: ``2026-01-05``,
``2026-01-05T08:00:00+08:00``.

Must never: read the clock, or depend on the machine's zone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

CHINA = timezone(timedelta(hours=8))
"""Asia/Shanghai as offices write it: +08:00 all year (the summer times of 1986–1991 never entered papers)."""

_DAY = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_CHINESE = re.compile(r"([0-9]{4})\s*年\s*([0-9]{1,2})\s*月\s*([0-9]{1,2})\s*日")
_SPACED = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2}) ([0-9]{1,2}):([0-9]{2}):([0-9]{2})")
_COMPACT_TIME = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})")
_NUMBER = re.compile(r"-?[0-9]{1,14}(\.[0-9]{1,9})?")


def _pattern(pattern: re.Pattern[str]) -> Callable[[str], datetime]:
    def read(text: str) -> datetime:
        match = pattern.fullmatch(text)
        if match is None:
            raise ValueError("not of this format")
        year, month, day, *rest = (int(group) for group in match.groups())
        hour, minute, second = rest or (0, 0, 0)
        return datetime(year, month, day, hour, minute, second, tzinfo=CHINA)

    return read


def _epoch(divisor: int) -> Callable[[str], datetime]:
    def read(text: str) -> datetime:
        if not _NUMBER.fullmatch(text):
            raise ValueError("not a number")
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=float(text) / divisor)).astimezone(CHINA)

    return read


def _iso(text: str) -> datetime:
    if not text.isascii():
        raise ValueError("not ISO 8601")
    found = datetime.fromisoformat(text)
    return found if found.tzinfo is not None else found.replace(tzinfo=CHINA)


_READERS: dict[str, Callable[[str], datetime]] = {
    "yyyy-MM-dd": _pattern(_DAY),
    "yyyyMMdd": _pattern(_COMPACT),
    "epoch": _epoch(1),
    "epochMillis": _epoch(1000),
    "yyyy年M月d日": _pattern(_CHINESE),
    "yyyy-MM-dd HH:mm:ss": _pattern(_SPACED),
    "yyyyMMddHHmmss": _pattern(_COMPACT_TIME),
    "iso": _iso,
}

FORMATS = tuple(_READERS)


def read_moment(value: Any, format: str | None = None) -> datetime:
    """A moment with its zone; without a format, by what it looks like.

    Raises: ValueError, OverflowError.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("neither text nor number")
    text = value.strip() if isinstance(value, str) else repr(value)
    if len(text) > 40:
        raise ValueError("too long for a date")
    return _READERS[format or _guess(text)](text)


def read_date(value: Any, format: str | None = None) -> str:
    """``yyyy-MM-dd``, the day in China.

    Raises: ValueError, OverflowError.
    """
    return read_moment(value, format).astimezone(CHINA).date().isoformat()


def read_datetime(value: Any, format: str | None = None) -> str:
    """ISO 8601 with the offset it came with (+08:00 if it had none).

    Raises: ValueError, OverflowError.
    """
    return read_moment(value, format).isoformat()


def write_date(value: Any, format: str) -> Any:
    """A graph's Date or DateTime in a department's format. What is no date passes as it is: the department
    will say so.
    """
    try:
        moment = read_moment(value).astimezone(CHINA)
        return _WRITERS[format](moment)
    except (ValueError, OverflowError):
        return value


_WRITERS: dict[str, Callable[[datetime], Any]] = {
    "yyyy-MM-dd": lambda at: at.date().isoformat(),
    "yyyyMMdd": lambda at: f"{at.year:04}{at.month:02}{at.day:02}",
    "epoch": lambda at: int(at.timestamp()),
    "epochMillis": lambda at: int(at.timestamp() * 1000),
    "yyyy年M月d日": lambda at: f"{at.year}年{at.month}月{at.day}日",
    "yyyy-MM-dd HH:mm:ss": lambda at: f"{at.date().isoformat()} {at:%H:%M:%S}",
    "yyyyMMddHHmmss": lambda at: f"{at.year:04}{at:%m%d%H%M%S}",
    "iso": lambda at: at.isoformat(),
}


def _guess(text: str) -> str:
    if text.isascii() and text.isdigit() and len(text) in (8, 14):
        return "yyyyMMdd" if len(text) == 8 else "yyyyMMddHHmmss"
    if _NUMBER.fullmatch(text):
        return "epochMillis" if len(text.lstrip("-").partition(".")[0]) >= 12 else "epoch"
    if "年" in text:
        return "yyyy年M月d日"
    if _DAY.fullmatch(text):
        return "yyyy-MM-dd"
    if _SPACED.fullmatch(text):
        return "yyyy-MM-dd HH:mm:ss"
    return "iso"
